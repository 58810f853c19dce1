import { readFileSync } from 'node:fs'
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql'
import type { OperationName } from './operations.js'

const SIMPLEST: Readonly<Record<string, string>> = {
  ID: '$account',
  Int: '1',
  SafeInt: '1',
  Boolean: 'false',
  DateTime: '"2027-01-01T00:00:00Z"',
  CurrencyCode: '"USD"',
  EmailAddress: '"eve@example.com"',
  URL: '"https://example.com"',
  JSON: '{}',
  // One of its members is required, which the schema cannot say.
  MoneyInput: '{ amountMinor: 1, currency: "USD" }',
}

/** The value with the fewest members, and those with the names. IDs are `$account`. */
function simplestValue(type: GraphQLInputType, names: readonly string[]): string {
  if (isNonNullType(type)) return simplestValue(type.ofType, names)
  if (isListType(type)) return `[${simplestValue(type.ofType, names)}]`
  if (isEnumType(type)) return type.getValues()[0]!.name
  if (!isInputObjectType(type) || type.name in SIMPLEST) return SIMPLEST[type.name] ?? '"x"'
  const fields = Object.values(type.getFields())
  const given = type.isOneOf ? fields.slice(0, 1) : fields.filter((one) => isRequired(one) || names.includes(one.name))
  return `{ ${given.map((one) => `${one.name}: ${simplestValue(one.type, names)}`).join(', ')} }`
}

const isRequired = ({ type, defaultValue }: { readonly type: GraphQLInputType; readonly defaultValue?: unknown }) =>
  isNonNullType(type) && defaultValue === undefined

/** The required arguments of a field and those with the names, with their parentheses. */
export function simplestArguments({ args }: GraphQLField<unknown, unknown>, names: readonly string[] = []): string {
  const given = args
    .filter((one) => isRequired(one) || names.includes(one.name))
    .map((one) => `${one.name}: ${simplestValue(one.type, names)}`)
  return given.length > 0 ? `(${given.join(', ')})` : ''
}

function callOf(kind: string, field: GraphQLField<unknown, unknown>, names: readonly string[]): string {
  const call = `${field.name}${simplestArguments(field, names)} { __typename }`
  return `${kind}${call.includes('$account') ? ' ($account: ID!)' : ''} { ${call} }`
}

let schema: GraphQLSchema | undefined

/** The simplest call of every operation of the printed schema: required values and those with the names, and `$account` for each ID. */
export function simplestCalls(names: readonly string[] = []): [name: OperationName, query: string][] {
  schema ??= buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'), { assumeValid: true })
  return (['Query', 'Mutation', 'Subscription'] as const).flatMap((kind) =>
    Object.values((schema!.getType(kind) as GraphQLObjectType).getFields()).map(
      (operation): [OperationName, string] => [
        `${kind}.${operation.name}`,
        callOf(kind.toLowerCase(), operation, names),
      ],
    ),
  )
}
