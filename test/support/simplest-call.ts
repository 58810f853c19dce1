import { readFileSync } from 'node:fs'
import {
  buildSchema,
  getNamedType,
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

/** Text of the value of an argument or input field, in place of the simplest one. Undefined: the simplest. */
export type ValueOf = (name: string, type: string) => string | undefined

/** The value with the fewest members, and those with the names. IDs are `$account`. */
function simplestValue(name: string, type: GraphQLInputType, names: readonly string[], valueOf: ValueOf): string {
  const named = getNamedType(type).name
  if (isNonNullType(type)) return simplestValue(name, type.ofType, names, valueOf)
  if (isListType(type)) return `[${simplestValue(name, type.ofType, names, valueOf)}]`
  if (isEnumType(type)) return type.getValues()[0]!.name
  if (!isInputObjectType(type) || type.name in SIMPLEST) return valueOf(name, named) ?? SIMPLEST[named] ?? '"x"'
  const fields = Object.values(type.getFields())
  const given = type.isOneOf ? fields.slice(0, 1) : fields.filter((one) => isRequired(one) || names.includes(one.name))
  return `{ ${given.map((one) => `${one.name}: ${simplestValue(one.name, one.type, names, valueOf)}`).join(', ')} }`
}

const isRequired = ({ type, defaultValue }: { readonly type: GraphQLInputType; readonly defaultValue?: unknown }) =>
  isNonNullType(type) && defaultValue === undefined

/** The required arguments of a field and those with the names, with their parentheses. */
export function simplestArguments(
  { args }: GraphQLField<unknown, unknown>,
  names: readonly string[] = [],
  valueOf: ValueOf = () => undefined,
): string {
  const given = args
    .filter((one) => isRequired(one) || names.includes(one.name))
    .map((one) => `${one.name}: ${simplestValue(one.name, one.type, names, valueOf)}`)
  return given.length > 0 ? `(${given.join(', ')})` : ''
}

function callOf(kind: string, field: GraphQLField<unknown, unknown>, names: readonly string[]): string {
  const call = `${field.name}${simplestArguments(field, names)} { __typename }`
  return `${kind}${call.includes('$account') ? ' ($account: ID!)' : ''} { ${call} }`
}

let printed: GraphQLSchema | undefined

/** The printed schema. */
export const printedSchema = (): GraphQLSchema =>
  (printed ??= buildSchema(readFileSync('src/schema/schema.graphql', 'utf8'), { assumeValid: true }))

/** The simplest call of every operation of the printed schema: required values and those with the names, and `$account` for each ID. */
export function simplestCalls(names: readonly string[] = []): [name: OperationName, query: string][] {
  const schema = printedSchema()
  return (['Query', 'Mutation', 'Subscription'] as const).flatMap((kind) =>
    Object.values((schema.getType(kind) as GraphQLObjectType).getFields()).map((operation): [OperationName, string] => [
      `${kind}.${operation.name}`,
      callOf(kind.toLowerCase(), operation, names),
    ]),
  )
}
