import {
  getNamedType,
  getNullableType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql'
import { allResolvers } from '#modules/all-declarations.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'

const schema = (): GraphQLSchema => buildGraphQLSchema(allResolvers)

function mutationField(name: string): GraphQLField<unknown, unknown> {
  const field = schema().getMutationType()!.getFields()[name]
  if (!field) throw new Error(`The schema has no mutation ${name}.`)
  return field
}

/**
 * Variables of a mutation from its values; those that are no arguments are fields of `input`. The key can be called `idempotencyKey`, and the
 * ID of the object by its type, as in services: `templateId`.
 */
export function variablesOf(name: string, values: object): never {
  const names = new Set(mutationField(name).args.map((argument) => argument.name))
  const isObjectId = (value: string): boolean => names.has('id') && /(?:Id|Hash)$/.test(value) && value !== 'accountId'
  const nameOf = (value: string): string => {
    if (names.has(value)) return value
    if (value === 'idempotencyKey') return 'key'
    if (value === 'deploymentHash' && names.has('deploymentId')) return 'deploymentId'
    return isObjectId(value) ? 'id' : value
  }
  const entries = Object.entries(values).map(([value, given]) => [nameOf(value), given] as const)
  const own = Object.fromEntries(entries.filter(([value]) => names.has(value)))
  const others = entries.filter(([value]) => !names.has(value))
  const isWithoutInput = others.length === 0 && !names.has('input')
  return (isWithoutInput || 'input' in own ? own : { ...own, input: Object.fromEntries(others) }) as never
}

/** True if a mutation has an idempotency key. */
export const takesKey = (name: string): boolean => mutationField(name).args.some((argument) => argument.name === 'key')

/** Document of a mutation with a variable for each of its arguments. @param selection fields of the payload */
export function mutationText(name: string, selection: string, alias = name): string {
  const { args } = mutationField(name)
  const variables = args.map((argument) => `$${argument.name}: ${variableType(argument)}`).join(', ')
  const passed = args.map((argument) => `${argument.name}: $${argument.name}`).join(', ')
  return `mutation (${variables}) { ${alias === name ? '' : `${alias}: `}${name}(${passed}) { ${selection} } }`
}

/** Type of the variable for an argument. A variable can be left out if the argument has a default. */
const variableType = ({ type, defaultValue }: GraphQLArgument): string =>
  String(defaultValue === undefined ? type : getNullableType(type))

/** Selection of a payload: fields of its object, and what is selected of a denial. */
export function payloadSelection(name: string, fields: string, denial = 'code message'): string {
  const object = objectField(name)
  return `${object ? `${object} { ${fields} }` : fields} denial { ${denial} }`
}

/** Name of the only field besides `denial` in the payload of a mutation. Null if it has several, or if the field is no object. */
export function objectField(name: string): string | null {
  const type = getNamedType(mutationField(name).type)
  if (!isObjectType(type)) return null
  const fields = Object.values(type.getFields()).filter((field) => field.name !== 'denial')
  return fields.length === 1 && isObjectType(getNamedType(fields[0]!.type)) ? fields[0]!.name : null
}
