import { parseDocument } from 'yaml'
import { isPostgresSafe } from '#services/kernel/database/postgres-safe-json.js'
import { issueAt, isObject, type ValidationIssue } from './issue.js'
import { findSecrets } from './find-secrets.js'

/** A compose file of a stack has a few kilobytes; more is something else. */
const MAX_BYTES = 256 * 1024
const MAX_SERVICES = 100
const MAX_DEPTH = 24
const SERVICE_NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/
const PORT = /^(?:(?:\[[\da-f:]+\]|[\d.]+):)?(?:\d{1,5}(?:-\d{1,5})?:)?\d{1,5}(?:-\d{1,5})?(?:\/(?:tcp|udp|sctp))?$/i
const FIELD = 'definition'

export type DefinitionCheck =
  | { readonly kind: 'sound'; readonly definition: Record<string, unknown> }
  | { readonly kind: 'faulty'; readonly faults: readonly ValidationIssue[] }

/** Pure: a definition as a compose file, written as YAML or already parsed, and everything that is wrong with it. */
export function checkDefinition(given: unknown): DefinitionCheck {
  const parsed = typeof given === 'string' ? parseText(given) : { value: given, faults: [] }
  if (parsed.faults.length) return { kind: 'faulty', faults: parsed.faults }
  const { value } = parsed
  if (!isObject(value)) return faulty(FIELD, 'definition must be a compose file: a map with services.')
  if (deeper(value, MAX_DEPTH)) return faulty(FIELD, `definition must not be nested deeper than ${MAX_DEPTH} levels.`)
  if (Buffer.byteLength(JSON.stringify(value)) > MAX_BYTES)
    return faulty(FIELD, `definition must not be larger than ${MAX_BYTES / 1024} KiB.`)
  if (!isPostgresSafe(value)) return faulty(FIELD, 'definition contains invalid characters.')
  const faults = [...validateServices(value), ...findSecrets(value, FIELD)]
  return faults.length ? { kind: 'faulty', faults } : { kind: 'sound', definition: value }
}

function parseText(text: string): { value: unknown; faults: ValidationIssue[] } {
  if (Buffer.byteLength(text) > MAX_BYTES)
    return {
      value: null,
      faults: [{ field: FIELD, message: `definition must not be larger than ${MAX_BYTES / 1024} KiB.` }],
    }
  try {
    const document = parseDocument(text, { merge: true, uniqueKeys: true })
    const [error] = document.errors
    if (error) throw error
    return { value: document.toJS({ maxAliasCount: 50 }) as unknown, faults: [] }
  } catch (error) {
    const [line] = (error as Error).message.split('\n')
    return { value: null, faults: [{ field: FIELD, message: `The compose file cannot be read: ${line}` }] }
  }
}

function validateServices(definition: Record<string, unknown>): ValidationIssue[] {
  const path = issueAt(FIELD, 'services')
  const { services } = definition
  if (!isObject(services) || Object.keys(services).length === 0)
    return [{ field: path, message: 'definition must contain at least one service.' }]
  const names = Object.keys(services)
  if (names.length > MAX_SERVICES)
    return [{ field: path, message: `definition must contain at most ${MAX_SERVICES} services.` }]
  return names.flatMap((name) => oneService(name, services[name], issueAt(path, name), services))
}

function oneService(name: string, service: unknown, path: string, all: Record<string, unknown>): ValidationIssue[] {
  if (!SERVICE_NAME.test(name))
    return [
      {
        field: path,
        message: `${name.slice(0, 80)} is not a valid service name. Use letters, digits, dots, dashes and underscores.`,
      },
    ]
  if (!isObject(service)) return [{ field: path, message: `The service ${name} must be a map.` }]
  const { image, ports, depends_on: dependsOn, environment } = service
  const faults: ValidationIssue[] = []
  // A build requires sources, which a template does not contain.
  if (typeof image !== 'string' || !/^\S{1,500}$/.test(image))
    faults.push({ field: issueAt(path, 'image'), message: `The service ${name} requires an image.` })
  if (ports !== undefined && ports !== null) faults.push(...validatePorts(ports, issueAt(path, 'ports')))
  if (environment !== undefined && environment !== null && !isObject(environment) && !isTexts(environment))
    faults.push({ field: issueAt(path, 'environment'), message: 'environment must be a map, or a list of NAME=value.' })
  const needed = isTexts(dependsOn) ? dependsOn : isObject(dependsOn) ? Object.keys(dependsOn) : []
  for (const other of needed)
    if (!(other in all))
      faults.push({
        field: issueAt(path, 'depends_on'),
        message: `Service ${name} depends on unknown service ${other.slice(0, 80)}.`,
      })
  return faults
}

function validatePorts(ports: unknown, path: string): ValidationIssue[] {
  if (!Array.isArray(ports)) return [{ field: path, message: 'ports must be a list.' }]
  return ports.flatMap((port: unknown, index) => {
    const sound =
      isObject(port) ||
      (typeof port === 'number' && Number.isInteger(port)) ||
      (typeof port === 'string' && (PORT.test(port) || port.includes('${')))
    return sound
      ? []
      : [{ field: issueAt(path, index), message: 'A port must have the form 80, 8080:80 or 8080:80/udp.' }]
  })
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

const deeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((member) => deeper(member, levels - 1)))

const faulty = (field: string, message: string): DefinitionCheck => ({ kind: 'faulty', faults: [{ field, message }] })
