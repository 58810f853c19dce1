import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { readYaml } from '#services/kernel/yaml/read-yaml.js'
import type { FieldPath, ValidationIssue } from '#services/kernel/validation/validation-issue.js'
import { isObject } from './is-object.js'
import { checkReferences } from './check-references.js'
import { schemaIssues } from './compose-schema.js'
import { findSecrets } from './find-secrets.js'

/** A compose file of a stack has a few kilobytes; more is something else. */
const MAX_BYTES = 256 * 1024
const MAX_SERVICES = 100
const MAX_DEPTH = 24
/** Keys, values and items. The largest published stacks have about two thousand. */
const MAX_VALUES = 10_000
const YAML_LIMITS = { tokens: 20_000, levels: MAX_DEPTH, values: MAX_VALUES, characters: MAX_BYTES }
const SERVICE_NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/
const FIELD = ['definition']

export type DefinitionCheck =
  | { readonly kind: 'valid'; readonly definition: Record<string, unknown> }
  | { readonly kind: 'invalid'; readonly issues: readonly ValidationIssue[] }

/** Pure: a definition as a compose file, written as YAML or already parsed, and all its issues. */
export function checkDefinition(given: unknown): DefinitionCheck {
  const parsed = typeof given === 'string' ? parseText(given) : { value: given, issues: [] }
  if (parsed.issues.length) return { kind: 'invalid', issues: parsed.issues }
  const { value } = parsed
  if (!isObject(value)) return invalid(FIELD, 'definition must be a compose file: a map with services.')
  const excess = excessOf(value)
  if (excess) return invalid(FIELD, `definition must not ${excess}.`)
  if (Buffer.byteLength(JSON.stringify(value)) > MAX_BYTES)
    return invalid(FIELD, `definition must not be larger than ${MAX_BYTES / 1024} KiB.`)
  if (!isPostgresSafe(value)) return invalid(FIELD, 'definition contains invalid characters.')
  const issues = firstOfEachPlace([
    ...validateServices(value),
    ...checkReferences(value, FIELD),
    ...findSecrets(value, FIELD),
    ...schemaIssues(value, FIELD),
  ])
  return issues.length ? { kind: 'invalid', issues } : { kind: 'valid', definition: value }
}

function parseText(text: string): { value: unknown; issues: ValidationIssue[] } {
  if (Buffer.byteLength(text) > MAX_BYTES)
    return {
      value: null,
      issues: [{ path: FIELD, message: `definition must not be larger than ${MAX_BYTES / 1024} KiB.` }],
    }
  const read = readYaml(text, YAML_LIMITS)
  if (read.kind === 'value') return { value: read.value, issues: [] }
  return { value: null, issues: [{ path: FIELD, message: `The compose file cannot be read: ${read.message}.` }] }
}

function validateServices(definition: Record<string, unknown>): ValidationIssue[] {
  const path = [...FIELD, 'services']
  const { services } = definition
  if (!isObject(services) || Object.keys(services).length === 0)
    return [{ path, message: 'definition must contain at least one service.' }]
  const names = Object.keys(services)
  if (names.length > MAX_SERVICES)
    return [{ path, message: `definition must contain at most ${MAX_SERVICES} services.` }]
  return names
    .filter((name) => !SERVICE_NAME.test(name))
    .map((name) => ({
      path: [...path, name],
      message: `${name.slice(0, 80)} is not a valid service name. Use letters, digits, dots, dashes and underscores.`,
    }))
}

/** The first issue of a place explains it best, because the schema of the specification comes last. */
function firstOfEachPlace(issues: readonly ValidationIssue[]): ValidationIssue[] {
  const places = new Map<string, ValidationIssue>()
  for (const issue of issues) {
    const place = JSON.stringify(issue.path)
    if (!places.has(place)) places.set(place, issue)
  }
  return [...places.values()]
}

/** A limit that a value exceeds. Each level is counted before the next one is read. */
function excessOf(value: unknown): string | null {
  let [level, values] = [[value], 0]
  for (let depth = 0; level.length > 0; depth++) {
    values += level.length
    if (values > MAX_VALUES) return `contain more than ${MAX_VALUES} values`
    level = level.flatMap((member) => (typeof member === 'object' && member !== null ? Object.values(member) : []))
    if (depth === MAX_DEPTH && level.length > 0) return `be nested deeper than ${MAX_DEPTH} levels`
  }
  return null
}

const invalid = (path: FieldPath, message: string): DefinitionCheck => ({
  kind: 'invalid',
  issues: [{ path, message }],
})
