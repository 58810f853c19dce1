import { readFile } from 'node:fs/promises'
import { CriticalityLevel, diff, type Change } from '@graphql-inspector/core'
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql'

const contractFile = new URL('../contract/schema/contract.graphql', import.meta.url)
const secondPart = /^# =+ Part 2/m

const additions = new Set([
  'ENUM_VALUE_ADDED',
  'FIELD_ADDED',
  'FIELD_ARGUMENT_ADDED',
  'INPUT_FIELD_ADDED',
  'OBJECT_TYPE_INTERFACE_ADDED',
  'TYPE_ADDED',
  'UNION_MEMBER_ADDED',
])

/** The contract: part 1 of the committed copy of the public schema. */
export async function readContract(): Promise<string> {
  const text = await readFile(contractFile, 'utf8')
  return text.split(secondPart)[0] ?? text
}

/** Returns the differences that the contract does not allow, one sentence each. Additions are allowed. */
export async function compareWithContract(contract: string, printed: string): Promise<string[]> {
  const [promised, present] = [buildSchema(contract), buildSchema(printed)]
  const violations = oneOfDifferences(promised, present)
  for (const change of await diff(promised, present))
    if (!isAllowed(change)) violations.push(`${change.path ?? change.type}: ${change.message}`)
  return violations
}

function isAllowed(change: Change): boolean {
  if (String(change.type).includes('DESCRIPTION')) return true
  return additions.has(String(change.type)) && change.criticality.level !== CriticalityLevel.Breaking
}

function oneOfDifferences(promised: GraphQLSchema, present: GraphQLSchema): string[] {
  const inputs = Object.values(promised.getTypeMap()).filter((type) => isInputObjectType(type))
  return inputs.flatMap((input) => {
    const own = present.getType(input.name)
    const differs = isInputObjectType(own) && own.isOneOf !== input.isOneOf
    return differs ? [`${input.name}: @oneOf should be ${String(input.isOneOf)}`] : []
  })
}

/** Throws when a type, field, argument, input field or enum value says nothing about itself; names them all. */
export function assertEverythingDescribed(schema: GraphQLSchema): void {
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type))
  const silent = types.flatMap((type) => silentPlaces(type))
  if (silent.length > 0) throw new Error(`No description: ${silent.join(', ')}`)
}

interface Place {
  path: string
  description?: string | null
}

const builtIn = new Set(['Boolean', 'Float', 'ID', 'Int', 'String'])

function silentPlaces(type: GraphQLNamedType): string[] {
  if (builtIn.has(type.name)) return []
  return [{ path: type.name, description: type.description }, ...placesWithin(type)]
    .filter((place) => !place.description?.trim())
    .map((place) => place.path)
}

function placesWithin(type: GraphQLNamedType): Place[] {
  const at = (name: string, description: string | null | undefined): Place => ({
    path: `${type.name}.${name}`,
    description,
  })
  if (isEnumType(type)) return type.getValues().map((value) => at(value.name, value.description))
  if (isInputObjectType(type)) return Object.values(type.getFields()).map((field) => at(field.name, field.description))
  if (!isObjectType(type) && !isInterfaceType(type)) return []
  return Object.values(type.getFields()).flatMap((field) => [
    at(field.name, field.description),
    ...field.args.map((argument) => at(`${field.name}(${argument.name})`, argument.description)),
  ])
}
