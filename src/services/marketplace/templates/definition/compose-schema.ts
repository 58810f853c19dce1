import type { ErrorObject, ValidateFunction } from 'ajv'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { projectFolder } from '#services/kernel/project-folder.js'
import { formatPath, type FieldPath, type ValidationIssue } from '#services/kernel/validation/validation-issue.js'

const FILE = 'src/services/marketplace/templates/definition/compose-spec/compose-spec.json'
/** A value can break one rule for each form that its place accepts. */
const MAX_ERRORS = 2_000

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a map',
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  null: 'empty',
}

let compiled: ValidateFunction | undefined

/** The published schema of the Compose specification, as the file contains it. */
export const composeSchema = (): Record<string, unknown> =>
  JSON.parse(readFileSync(join(projectFolder(), FILE), 'utf8')) as Record<string, unknown>

function compile(): ValidateFunction {
  // Loaded with the first definition.
  const { Ajv } = createRequire(import.meta.url)('ajv') as typeof import('ajv')
  const ajv = new Ajv({ allErrors: true, strict: false, validateSchema: false, messages: false, logger: false })
  // The keyword of the package compares each item with all others.
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (isOn: boolean, items: readonly unknown[]) =>
      !isOn || new Set(items.map((item) => JSON.stringify(item))).size === items.length,
  })
  return ajv.compile(composeSchema())
}

/** Differences of a definition from the schema of the specification. A value with a variable can have any form of a string. */
export function schemaIssues(definition: Record<string, unknown>, path: FieldPath): ValidationIssue[] {
  const validate = (compiled ??= compile())
  if (validate(definition)) return []
  const byPlace = new Map<string, ErrorObject[]>()
  for (const error of validate.errors!.slice(0, MAX_ERRORS)) {
    const place = placeOf(error)
    byPlace.set(place, [...(byPlace.get(place) ?? []), error])
  }
  // A value that breaks a form of its place also breaks the choice between the forms.
  const outer = new Set([...byPlace.keys()].flatMap(placesAround))
  return [...byPlace].flatMap(([place, errors]) => {
    if (outer.has(place)) return []
    const [parts, value] = resolve(definition, place)
    if (typeof value === 'string' && value.includes('$')) return []
    const at = [...path, ...parts]
    return [{ path: at, message: `${formatPath(at)} ${describe(errors)}.` }]
  })
}

const escape = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1')

const placeOf = ({ instancePath, keyword, params }: ErrorObject): string =>
  keyword === 'additionalProperties'
    ? `${instancePath}/${escape((params as { additionalProperty: string }).additionalProperty)}`
    : instancePath

function placesAround(place: string): string[] {
  const around: string[] = []
  for (let end = place.lastIndexOf('/'); end >= 0; end = place.lastIndexOf('/', end - 1)) {
    around.push(place.slice(0, end))
    if (end === 0) break
  }
  return around
}

function resolve(definition: unknown, place: string): [FieldPath, unknown] {
  const parts: (string | number)[] = []
  let value = definition
  for (const escaped of place.split('/').slice(1)) {
    const name = escaped.replaceAll('~1', '/').replaceAll('~0', '~')
    parts.push(Array.isArray(value) ? Number(name) : name)
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
  }
  return [parts, value]
}

function describe(errors: readonly ErrorObject[]): string {
  const specific = errors.find(({ keyword }) => keyword !== 'type' && keyword !== 'oneOf')
  if (!specific) {
    const types = errors.flatMap(({ keyword, params }) => (keyword === 'type' ? (params as { type: string }).type : []))
    return `must be ${orList([...new Set(types.flat())].map((type) => TYPES[type] ?? type))}`
  }
  const params = specific.params as Record<string, unknown>
  switch (specific.keyword) {
    case 'additionalProperties':
      return 'is unknown to the Compose specification. Remove it, or begin its name with x-'
    case 'required':
      return `requires ${String(params['missingProperty'])}`
    case 'enum':
      return `must be ${orList((params['allowedValues'] as unknown[]).map(String))}`
    case 'uniqueItems':
      return 'contains the same item twice'
    default:
      return `must match ${JSON.stringify(params['pattern'] ?? params['limit'] ?? specific.keyword)}`
  }
}

const orList = (items: readonly string[]): string =>
  items.length > 1 ? `${items.slice(0, -1).join(', ')} or ${items.at(-1)}` : (items[0] ?? 'valid')
