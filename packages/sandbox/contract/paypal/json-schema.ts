import { payPalContract } from './contract.js'
import type { Schema } from './payload.js'

/** Converted definitions by name, shared by all references. */
export interface Definitions {
  has(name: string): boolean
  add(name: string, schema: object): void
}

/** Schema of a request as PayPal applies it: unknown fields are allowed and read-only fields are ignored. */
export function openSchema(schema: Schema, definitions: Definitions): object {
  return convertWith(schema, definitions, (one, refer) => plain(one, refer, (field) => field.readOnly !== true))
}

/** The same with no fields but those that are described: what else is there is a mistake. */
export function closedSchema(schema: Schema, definitions: Definitions): object {
  return convertWith(schema, definitions, closed)
}

type Refer = (name: string) => string
type Convert = (schema: Schema, refer: Refer) => object

function convertWith(schema: Schema, definitions: Definitions, convert: Convert): object {
  const begun = new Set<string>()
  const refer: Refer = (name) => {
    if (!definitions.has(name) && !begun.has(name)) {
      begun.add(name) // for schemas that refer to themselves
      definitions.add(name, convert(asUsed(name), refer))
    }
    return name
  }
  return convert(schema, refer)
}

/** Fields that PayPal's own examples of events carry and its file leaves out. */
const UNWRITTEN: Record<string, string[]> = { 'sales.sale': ['custom', 'invoice_number'] }

/** Types of which only some fields are used. The others are not compiled, which saves half a second. */
const USED: Record<string, string[]> = {
  'orders.payment_source': ['paypal'],
  'orders.payment_source_response': ['paypal'],
  'orders.supplementary_data': [],
}

function asUsed(name: string): Schema {
  const used = USED[name]
  const found = withUnwritten(name)
  if (used === undefined) return found
  const fields = Object.entries(found.properties ?? {}).map(([field, schema]): [string, Schema] => [
    field,
    used.includes(field) ? schema : {},
  ])
  return { ...found, properties: Object.fromEntries(fields) }
}

function withUnwritten(name: string): Schema {
  const found = definitionOf(name)
  const more = (UNWRITTEN[name] ?? []).map((field) => [field, { type: 'string' }])
  return more.length === 0 ? found : { ...found, properties: { ...found.properties, ...Object.fromEntries(more) } }
}

function plain(schema: Schema, refer: Refer, keeps: (field: Schema) => boolean): object {
  if (schema.$ref !== undefined) return { $ref: refer(schema.$ref) }
  const { properties, items, allOf, readOnly: _readOnly, ...rest } = schema
  const convert = (one: Schema) => plain(one, refer, keeps)
  return {
    ...rest,
    ...(properties === undefined ? {} : { properties: convertAll(properties, keeps, convert) }),
    ...(items === undefined ? {} : { items: convert(items) }),
    ...(allOf === undefined ? {} : { allOf: allOf.map(convert) }),
  }
}

function closed(schema: Schema, refer: Refer): object {
  if (schema.$ref !== undefined) return { $ref: refer(schema.$ref) }
  const merged = schema.allOf === undefined ? schema : merge(schema)
  // Minimum item counts apply to requests only, because PayPal also returns empty lists.
  const { properties, items, allOf: _merged, readOnly: _readOnly, minItems: _least, ...rest } = merged
  const convert = (one: Schema) => closed(one, refer)
  return {
    ...rest,
    ...(properties === undefined
      ? {}
      : {
          properties: convertAll(properties, () => true, convert),
          additionalProperties: rest.additionalProperties ?? false,
        }),
    ...(items === undefined ? {} : { items: convert(items) }),
  }
}

/** Merges all parts into one object, because additional properties can be forbidden only for a single object. */
function merge({ allOf = [], ...own }: Schema): Schema {
  const parts = [own, ...allOf].map((part: Schema) => {
    const found = part.$ref === undefined ? part : definitionOf(part.$ref)
    return found.allOf === undefined ? found : merge(found)
  })
  return {
    type: 'object',
    properties: Object.assign({}, ...parts.map((part) => part.properties ?? {})) as Record<string, Schema>,
    required: parts.flatMap((part) => part.required ?? []),
    ...(parts.some((part) => part.additionalProperties === true) ? { additionalProperties: true } : {}),
  }
}

function convertAll(
  properties: Record<string, Schema>,
  keeps: (field: Schema) => boolean,
  convert: (schema: Schema) => object,
): Record<string, object> {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, field]) => keeps(field))
      .map(([name, field]) => [name, convert(field)]),
  )
}

function definitionOf(name: string): Schema {
  const found = payPalContract().definitions[name]
  if (found === undefined) throw new Error(`PayPal's contract has no definition ${name}`)
  return found
}
