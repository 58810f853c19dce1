import { initGraphQLTada } from 'gql.tada'
import type { introspection } from './generated/introspection.js'

/**
 * Makes a typed document of the text of an operation: `graphql('query { viewer { user { name } } }')`. Needs the package `gql.tada`, which
 * infers the types of the result and of the variables from the schema.
 */
export const graphql = initGraphQLTada<{
  introspection: introspection
  disableMasking: true
  scalars: {
    ID: string
    DateTime: string
    JSON: unknown
    SafeInt: number
    Decimal: string
    CurrencyCode: string
    EmailAddress: string
    URL: string
  }
}>()

export type { FragmentOf, ResultOf, VariablesOf } from 'gql.tada'
