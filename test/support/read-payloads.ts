import { getNamedType, Kind, parse, type FieldNode } from 'graphql'
import { allResolvers } from '#modules/all-declarations.js'
import { buildGraphQLSchema } from '#schema/build-schema.js'
import { objectField } from './mutations.js'

type IsUnion<Key, All = Key> = [Key] extends [never]
  ? false
  : Key extends unknown
    ? [All] extends [Key]
      ? false
      : true
    : false

/** Fields of a payload besides its denial. */
type Own<Payload> = Exclude<keyof Payload, 'denial'>

type ObjectOf<Payload> =
  IsUnion<Own<Payload>> extends true
    ? { readonly [Name in Own<Payload>]: NonNullable<Payload[Name]> }
    : Own<Payload> extends never
      ? unknown
      : NonNullable<Payload[Own<Payload>]> extends object
        ? NonNullable<Payload[Own<Payload>]>
        : { readonly [Name in Own<Payload>]: NonNullable<Payload[Name]> }

type OutcomeOf<Payload> = Payload extends readonly (infer Item)[]
  ? readonly OutcomeOf<Item>[]
  : Payload extends { readonly denial: infer Denial; readonly allowed?: never }
    ?
        | (ObjectOf<Payload> & { readonly __typename: string; readonly code?: never })
        | (NonNullable<Denial> & { readonly __typename: 'Denial' })
    : Payload

/** Data of a response in which the results of mutations are objects or denials. */
export type Outcomes<Data> = {
  readonly [Name in keyof Data]: IsPayload<NonNullable<Data[Name]>> extends true
    ? OutcomeOf<NonNullable<Data[Name]>>
    : Data[Name]
}

type IsPayload<Value> = Value extends readonly (infer Item)[]
  ? IsPayload<Item>
  : Value extends { readonly denial: unknown; readonly allowed?: never }
    ? true
    : false

/**
 * The data of a response with the objects and denials of payloads instead of payloads, in the form that clients read.
 * @param withTypes adds the names of types that the document did not select
 */
export function readPayloads(document: string, data: unknown, withTypes: boolean): unknown {
  if (!/^\s*(?:#.*\n\s*)*mutation\b/.test(document) || typeof data !== 'object' || data === null) return data
  const operation = parse(document).definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  const fields = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : []
  const names = new Map(
    fields
      .filter((field): field is FieldNode => field.kind === Kind.FIELD)
      .map((field) => [(field.alias ?? field.name).value, field.name.value]),
  )
  return Object.fromEntries(
    Object.entries(data).map(([key, result]: [string, unknown]) => [key, outcome(names.get(key)!, result, withTypes)]),
  )
}

function outcome(mutation: string, result: unknown, withTypes: boolean): unknown {
  if (Array.isArray(result)) return result.map((each) => outcome(mutation, each, withTypes))
  if (typeof result !== 'object' || result === null) return result
  const { denial, ...own } = result as Record<string, object | null | undefined>
  if (denial) return withTypes ? { __typename: 'Denial', ...denial } : denial
  const values = Object.entries(own).filter(([name]) => name !== '__typename')
  const [only] = values
  // A payload whose denial alone was selected.
  if (!only) return { __typename: typeName(mutation, objectField(mutation)) }
  const isObject = values.length === 1 && isPlainObject(only[1])
  if (!withTypes) return isObject ? only[1] : own
  return { __typename: typeName(mutation, isObject ? only[0] : null), ...(isObject ? only[1] : own) }
}

const isPlainObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

function typeName(mutation: string, object: string | null): string {
  const payload = getNamedType(buildGraphQLSchema(allResolvers).getMutationType()!.getFields()[mutation]!.type)
  if (object === null || !('getFields' in payload)) return payload.name
  return getNamedType(payload.getFields()[object]!.type).name
}
