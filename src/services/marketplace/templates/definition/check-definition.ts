import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { readYaml } from '#services/kernel/yaml/read-yaml.js'
import type { FieldPath, ValidationIssue } from '#services/kernel/validation/validation-issue.js'
import { isObject } from './is-object.js'
import { findSecrets } from './find-secrets.js'

/** A compose file of a stack has a few kilobytes; more is something else. */
const MAX_BYTES = 256 * 1024
const MAX_SERVICES = 100
const MAX_DEPTH = 24
/** Keys, values and items. The largest published stacks have about two thousand. */
const MAX_VALUES = 10_000
const YAML_LIMITS = { tokens: 20_000, levels: MAX_DEPTH, values: MAX_VALUES, characters: MAX_BYTES }
const SERVICE_NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/
const PORT = /^(?:(?:\[[\da-f:]+\]|[\d.]+):)?(?:\d{1,5}(?:-\d{1,5})?:)?\d{1,5}(?:-\d{1,5})?(?:\/(?:tcp|udp|sctp))?$/i
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
  const issues = [...validateServices(value), ...findSecrets(value, FIELD)]
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
  return names.flatMap((name) => oneService(name, services[name], [...path, name], services))
}

function oneService(name: string, service: unknown, path: FieldPath, all: Record<string, unknown>): ValidationIssue[] {
  if (!SERVICE_NAME.test(name))
    return [
      {
        path,
        message: `${name.slice(0, 80)} is not a valid service name. Use letters, digits, dots, dashes and underscores.`,
      },
    ]
  if (!isObject(service)) return [{ path, message: `The service ${name} must be a map.` }]
  const { image, ports, depends_on: dependsOn, environment } = service
  const issues: ValidationIssue[] = []
  // A build requires sources, which a template does not contain.
  if (typeof image !== 'string' || !/^\S{1,500}$/.test(image))
    issues.push({ path: [...path, 'image'], message: `The service ${name} requires an image.` })
  if (ports !== undefined && ports !== null) issues.push(...validatePorts(ports, [...path, 'ports']))
  if (environment !== undefined && environment !== null && !isObject(environment) && !isTexts(environment))
    issues.push({ path: [...path, 'environment'], message: 'environment must be a map, or a list of NAME=value.' })
  const needed = isTexts(dependsOn) ? dependsOn : isObject(dependsOn) ? Object.keys(dependsOn) : []
  for (const other of needed)
    if (!(other in all))
      issues.push({
        path: [...path, 'depends_on'],
        message: `Service ${name} depends on unknown service ${other.slice(0, 80)}.`,
      })
  return issues
}

function validatePorts(ports: unknown, path: FieldPath): ValidationIssue[] {
  if (!Array.isArray(ports)) return [{ path, message: 'ports must be a list.' }]
  return ports.flatMap((port: unknown, index) => {
    const isValid =
      isObject(port) ||
      (typeof port === 'number' && Number.isInteger(port)) ||
      (typeof port === 'string' && (PORT.test(port) || port.includes('${')))
    return isValid ? [] : [{ path: [...path, index], message: 'A port must have the form 80, 8080:80 or 8080:80/udp.' }]
  })
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

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
