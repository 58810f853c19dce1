import { z } from 'zod'

export type JsonSchema = Readonly<Record<string, unknown>>

/** The direction of a value: a request is what callers may send, a response is what they receive. */
export type Direction = 'input' | 'output'

/**
 * JSON schemas of Zod schemas. An object with an ID is stored once in `components`, and referenced. `meta({ shown })` replaces
 * the JSON schema of a value.
 */
export class JsonSchemas {
  readonly components: Record<string, JsonSchema> = {}

  of(schema: z.ZodType, io: Direction): JsonSchema {
    // In a list, so that a schema with an ID becomes a reference too.
    const { items, $defs = {} } = z.toJSONSchema(z.array(schema), {
      target: 'draft-2020-12',
      io,
      unrepresentable: 'any',
      override: replaceShown(io),
    }) as { items: JsonSchema; $defs?: Record<string, JsonSchema> }
    for (const [id, part] of Object.entries($defs)) this.add(id, toComponent(part) as JsonSchema)
    return toComponent(items) as JsonSchema
  }

  private add(id: string, part: JsonSchema): void {
    const known = (this.components[id] ??= part)
    if (known !== part && JSON.stringify(known) !== JSON.stringify(part))
      throw new Error(`Two components are named ${id}`)
  }
}

type Override = NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override']>

const replaceShown =
  (io: Direction): Override =>
  ({ zodSchema, jsonSchema }) => {
    const { shown } = (z.globalRegistry.get(zodSchema) ?? {}) as { shown?: JsonSchema }
    // A lenient value is replaced instead of being an error.
    const isAnything = io === 'input' && zodSchema._zod.def.type === 'catch'
    if (shown || isAnything)
      for (const key of Object.keys(jsonSchema)) if (key !== 'description') delete jsonSchema[key]
    Object.assign(jsonSchema, shown)
  }

/** References to definitions become references to components. Keys that are not of JSON Schema are removed. */
function toComponent(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(toComponent)
  if (typeof part !== 'object' || part === null) return part
  const entries = Object.entries(
    withoutAliases(withSingleTypes(withOnePattern(withShortNull(withoutAnything(part as JsonSchema))))),
  )
  // Members of an object can have the names of keywords: their `type` is a schema, and no name of one.
  const { type } = part as JsonSchema
  const isSchema = typeof type === 'string' || Array.isArray(type)
  // A format says the same as its long pattern.
  const hasFormat = entries.some(([key, value]) => key === 'format' && typeof value === 'string')
  return Object.fromEntries(
    entries
      // A list or an object as a default says nothing that the description does not, and generators of code have no constants for it.
      .filter(([key, value]) => !(key === 'default' && typeof value === 'object' && isSchema))
      .filter(([key]) => key !== 'shown' && key !== 'contentType' && !(hasFormat && key === 'pattern'))
      .map(([key, value]) => [key, key === '$ref' ? toReference(String(value)) : toComponent(value)]),
  )
}

/** A text that the database can hold. */
const NO_NUL = '^[^\\0]*$'

/** A text with another pattern has only that one, because generators of code read one pattern. */
function withOnePattern({ allOf, ...part }: JsonSchema): JsonSchema {
  if (!Array.isArray(allOf)) return allOf === undefined ? part : { ...part, allOf }
  const own = (allOf as JsonSchema[]).filter(({ pattern }) => pattern !== NO_NUL)
  const [only] = own
  const isPattern = own.length === 1 && Object.keys(only!).join() === 'pattern'
  return isPattern ? { ...part, ...only } : { ...part, allOf }
}

/** A choice of anything is no choice. */
function withoutAnything({ anyOf, ...part }: JsonSchema): JsonSchema {
  const choices = anyOf as readonly JsonSchema[] | undefined
  return !choices || choices.some((each) => Object.keys(each).length === 0) ? part : { ...part, anyOf }
}

/** A value of one type or null has both in `type`, which generators of code read best. */
function withShortNull({ anyOf, ...part }: JsonSchema): JsonSchema {
  if (!Array.isArray(anyOf)) return anyOf === undefined ? part : { ...part, anyOf }
  const [value, none, ...more] = anyOf as JsonSchema[]
  const isShort = none?.['type'] === 'null' && more.length === 0 && typeof value?.['type'] === 'string'
  return isShort && !value['enum'] && !value['const']
    ? { ...value, ...part, type: [value['type'], 'null'] }
    : { ...part, anyOf }
}

/** A value of several types has one alternative for each, because generators of code read one type besides null. */
function withSingleTypes({ type, ...part }: JsonSchema): JsonSchema {
  if (!Array.isArray(type) || type.filter((one) => one !== 'null').length < 2)
    return type === undefined ? part : { type, ...part }
  return { ...part, anyOf: type.map((one: string) => ({ type: one })) }
}

/** Members whose names differ only in their form have the same name in generated code. The first one is documented. */
function withoutAliases(part: JsonSchema): JsonSchema {
  const { properties } = part
  if (typeof properties !== 'object' || properties === null) return part
  const names = Object.keys(properties).map(plainName)
  const own = Object.entries(properties).filter((_, index) => names.indexOf(names[index]!) === index)
  return own.length === names.length ? part : { ...part, properties: Object.fromEntries(own) }
}

/** A name as generators of code compare it. */
export const plainName = (name: string): string => name.replaceAll(/[^a-zA-Z0-9]/g, '').toLowerCase()

const toReference = (reference: string): string => reference.replace('#/$defs/', '#/components/schemas/')
