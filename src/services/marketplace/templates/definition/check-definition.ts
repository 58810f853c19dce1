import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { readYaml, type YamlPlace } from '#services/kernel/yaml/read-yaml.js'
import { formatPath, type FieldPath, type ValidationIssue } from '#services/kernel/validation/validation-issue.js'
import { checkContradictions } from './check-contradictions.js'
import { checkReferences } from './check-references.js'
import { fillDefaults } from './interpolation.js'
import { isObject } from './is-object.js'
import { schemaIssues } from './compose-schema.js'
import { findSecrets } from './find-secrets.js'
import { recognizeStore } from './other-stores.js'
import { reviewFindings } from './review-warnings.js'

/** A compose file of a stack has a few kilobytes; more is something else. */
const MAX_BYTES = 256 * 1024
const MAX_SERVICES = 100
const MAX_DEPTH = 24
/** Keys, values and items. The largest published stacks have about two thousand. */
const MAX_VALUES = 10_000
const YAML_LIMITS = { tokens: 20_000, levels: MAX_DEPTH, values: MAX_VALUES, characters: MAX_BYTES, areKeysTexts: true }
const SERVICE_NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/
const FIELD = ['definition']

type Json = Record<string, unknown>

interface Warned {
  /** Warnings for a reviewer of a template with these files. */
  readonly warnings: (files?: readonly { readonly path: string }[]) => readonly ValidationIssue[]
}

export type DefinitionCheck = Warned &
  (
    | { readonly kind: 'valid'; readonly definition: Json }
    | { readonly kind: 'invalid'; readonly issues: readonly ValidationIssue[] }
  )

type PlaceOf = (path: FieldPath) => YamlPlace

/** Pure: a definition as a compose file, written as YAML or already parsed, and all its issues. */
export function checkDefinition(given: unknown): DefinitionCheck {
  if (typeof given !== 'string') return checkValue(given, null)
  if (Buffer.byteLength(given) > MAX_BYTES)
    return invalid(FIELD, `definition must not be larger than ${MAX_BYTES / 1024} KiB.`)
  const read = readYaml(given, YAML_LIMITS)
  if (read.kind === 'value') return checkValue(read.value, (path) => read.placeOf(path.slice(1)))
  const { message } = recognizeStore(given, []) ?? {
    message: `The compose file cannot be read: ${read.message.replace(FOREIGN_TAG, '$1 is not supported, because a template is a single file')}.`,
  }
  return { kind: 'invalid', issues: [{ path: FIELD, message, line: read.line }], warnings: () => [] }
}

/** Tags that change a file below another one. */
const FOREIGN_TAG = /^Unresolved tag: (!(?:override|reset))/

function checkValue(value: unknown, placeOf: PlaceOf | null): DefinitionCheck {
  if (!isObject(value)) return invalid(FIELD, 'definition must be a compose file: a map with services.')
  const excess = excessOf(value)
  if (excess) return invalid(FIELD, `definition must not ${excess}.`)
  const text = JSON.stringify(value)
  if (Buffer.byteLength(text) > MAX_BYTES)
    return invalid(FIELD, `definition must not be larger than ${MAX_BYTES / 1024} KiB.`)
  if (!isPostgresSafe(value)) return invalid(FIELD, 'definition contains invalid characters.')
  const filled = fillDefaults(value, FIELD)
  const definition = filled.value as Json
  const found = withoutVague(
    [
      ...validateServices(value),
      ...filled.invalid.map(variableIssue),
      ...checkReferences(definition, FIELD),
      ...checkContradictions(definition, FIELD),
      ...findSecrets(value, FIELD),
    ],
    schemaIssues(definition, FIELD),
  )
  const inText = (issues: readonly ValidationIssue[]) => (placeOf ? located(issues, placeOf) : issues)
  const warnings: DefinitionCheck['warnings'] = (files) => {
    const store = found.length > 0 ? null : recognizeStore(text, [])
    return inText([...(store ? [{ path: FIELD, message: store.message }] : []), ...reviewFindings(value, files)])
  }
  if (found.length === 0) return { kind: 'valid', definition: value, warnings }
  const store = recognizeStore(text, found)
  const issues = store ? [{ path: FIELD, message: store.message }, ...store.others] : found
  return { kind: 'invalid', issues: inText(issues), warnings }
}

/** Issues with their lines. What is wrong in a value that aliases repeat is said once, where it is written. */
function located(issues: readonly ValidationIssue[], placeOf: PlaceOf): ValidationIssue[] {
  const kept = new Map<object, Map<string, { index: number; isCopy: boolean }>>()
  const result: ValidationIssue[] = []
  for (const issue of issues) {
    const { line, origin, isCopy } = placeOf(issue.path)
    const said = kept.get(origin) ?? new Map<string, { index: number; isCopy: boolean }>()
    kept.set(origin, said)
    const sentence = `${issue.path.at(-1)} ${issue.message.replace(formatPath(issue.path), '')}`
    const earlier = said.get(sentence)
    if (earlier && (!earlier.isCopy || isCopy)) continue
    said.set(sentence, { index: earlier?.index ?? result.length, isCopy })
    result[earlier?.index ?? result.length] = { ...issue, line }
  }
  return result
}

function validateServices(definition: Json): ValidationIssue[] {
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

const variableIssue = (path: FieldPath): ValidationIssue => ({
  path,
  message: `${formatPath(path)} contains a dollar sign that begins no variable. Write \${NAME}, or $$ for a dollar sign.`,
})

/** Other issues of a place explain it better than the schema of the specification. */
function withoutVague(issues: readonly ValidationIssue[], vague: readonly ValidationIssue[]): ValidationIssue[] {
  const places = new Set(issues.map(({ path }) => JSON.stringify(path)))
  return [...issues, ...vague.filter(({ path }) => !places.has(JSON.stringify(path)))]
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
  warnings: () => [],
})
