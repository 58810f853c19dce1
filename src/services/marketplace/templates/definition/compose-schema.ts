import type { ErrorObject, ValidateFunction } from 'ajv'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { projectFolder } from '#services/kernel/project-folder.js'
import { UNKNOWN } from './interpolation.js'
import { isObject } from './is-object.js'
import { formOf, FORMS, hasForm, type FormName } from './value-forms.js'
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

/** Lists whose items Compose joins before it reads them, so that an item can be there twice. */
const JOINED =
  /^\/(?:services\/[^/]+\/(?:annotations|cap_add|cap_drop|configs|deploy\/labels|devices|dns|dns_opt|dns_search|environment|env_file|expose|labels|links|ports|profiles|secrets|sysctls|tmpfs|volumes|build\/(?:additional_contexts|args|labels|tags)|networks\/[^/]+\/(?:aliases|link_local_ips))|networks\/[^/]+\/(?:labels|ipam\/options))$/
/** Rules that the reference implementation adds to the schema, by the name of the member. */
const ADDED: Readonly<Record<string, object>> = {
  retries: { minimum: 0 },
  max_replicas_per_node: { minimum: 0 },
  weight: { type: 'integer', minimum: 0, maximum: 65_535 },
  pull_policy: {
    pattern: '^(?:always|never|build|if_not_present|missing|refresh|daily|weekly|every_(?:\\d+[wdhms])+)$',
  },
}

/** The schema with the forms of texts that it leaves open. */
function withForms(schema: unknown, name = ''): unknown {
  if (Array.isArray(schema)) return schema.map((one) => withForms(one, name))
  if (!isObject(schema)) return schema
  const members = Object.entries(schema).map(([key, member]) => [
    key,
    // A choice is about the member that has it. A map of members has names of its own.
    /^(?:oneOf|anyOf|allOf)$/.test(key) ? withForms(member, name) : withMembers(key, member),
  ])
  const types = [schema['type']].flat().filter((type) => typeof type === 'string')
  const format = formOf(name, types)
  return { ...Object.fromEntries(members), ...(format && { format }), ...(types.length > 0 && ADDED[name]) }
}

const withMembers = (key: string, member: unknown): unknown =>
  /^(?:properties|patternProperties|definitions)$/.test(key) && isObject(member)
    ? Object.fromEntries(Object.entries(member).map(([name, one]) => [name, withForms(one, name)]))
    : withForms(member, key)

function compile(): ValidateFunction {
  // Loaded with the first definition.
  const { Ajv } = createRequire(import.meta.url)('ajv') as typeof import('ajv')
  const ajv = new Ajv({ allErrors: true, strict: false, validateSchema: false, messages: false, logger: false })
  for (const form of Object.keys(FORMS) as FormName[]) ajv.addFormat(form, (text: string) => hasForm(form, text))
  // The keyword of the package compares each item with all others.
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (isOn: boolean, items: readonly unknown[], _parent?: unknown, context?: { instancePath: string }) =>
      !isOn ||
      items.length < 2 ||
      new Set(items.map((item) => JSON.stringify(item))).size === items.length ||
      JOINED.test(context?.instancePath ?? ''),
  })
  return ajv.compile(withForms(composeSchema()) as object)
}

/** Differences of a definition with its defaults from the schema of the specification. A value that is not known can have any form. */
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
    if (typeof value === 'string' && value.includes(UNKNOWN)) return []
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
    case 'format':
      return `must be ${FORMS[params['format'] as FormName].name}`
    case 'minimum':
    case 'maximum':
      return `must be ${specific.keyword === 'minimum' ? 'at least' : 'at most'} ${String(params['limit'])}`
    default:
      return `must match ${JSON.stringify(params['pattern'] ?? params['limit'] ?? specific.keyword)}`
  }
}

const orList = (items: readonly string[]): string =>
  items.length > 1 ? `${items.slice(0, -1).join(', ')} or ${items.at(-1)}` : (items[0] ?? 'valid')
