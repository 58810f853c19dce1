import { isIP } from 'node:net'
import { formatPath, type FieldPath, type ValidationIssue } from '#services/kernel/validation/validation-issue.js'
import { UNKNOWN } from './interpolation.js'
import { isObject, listOf, mapOf } from './is-object.js'
import { isPath, readVolumeText } from './volume-text.js'

type Json = Record<string, unknown>

const REFERENCE =
  /^(?:(?:[a-zA-Z\d][a-zA-Z\d.-]*|\[[\da-fA-F:]+\])(?::\d+)?\/)?[a-z\d]+(?:(?:\.|__?|-+)[a-z\d]+)*(?:\/[a-z\d]+(?:(?:\.|__?|-+)[a-z\d]+)*)*(?::\w[\w.-]{0,127})?(?:@(?:x|[A-Za-z][\w+.-]{0,60}:[\da-fA-F]{32,}))?$/
const MAX_IMAGE_LENGTH = 500
const PORTS = /^(\d{1,5})(?:-(\d{1,5}))?$/
const MAX_PORT = 65_535
const PROTOCOLS = new Set(['tcp', 'udp', 'sctp'])
/** Namespaces of another service. */
const NAMESPACES = ['network_mode', 'ipc', 'pid', 'uts'] as const

/**
 * Checks the rules that the schema of the specification cannot express: images, ports, and references between parts of the file. The texts of
 * the definition have their defaults.
 */
export function checkReferences(definition: Json, path: FieldPath): ValidationIssue[] {
  const services = mapOf(definition['services'])
  return [
    ...Object.entries(services).flatMap(([name, service]) =>
      isObject(service) ? serviceIssues(definition, services, name, service, [...path, 'services', name]) : [],
    ),
    ...cycleIssues(services, [...path, 'services']),
  ]
}

const issue = (path: FieldPath, message: string): ValidationIssue => ({ path, message })
const quote = (text: string): string => `'${text.replaceAll(UNKNOWN, '$').slice(0, 60)}'`
const isKnown = (text: string): boolean => !text.includes(UNKNOWN)

/** Kinds of parts that a service refers to, with the line that declares one. */
const PARTS: Readonly<Record<string, string>> = {
  networks: 'network',
  volumes: 'volume',
  secrets: 'secret',
  configs: 'config',
  models: 'model',
}

function serviceIssues(
  definition: Json,
  services: Json,
  name: string,
  service: Json,
  path: FieldPath,
): ValidationIssue[] {
  const undefinedIn = (key: string, used: Iterable<readonly [string, FieldPath]>) => {
    const defined = mapOf(definition[key])
    return [...used].flatMap(([other, at]) =>
      !isKnown(other) || Object.hasOwn(defined, other) || (key === 'networks' && other === 'default')
        ? []
        : [
            issue(
              at,
              `${formatPath(at)} uses ${quote(other)}, which ${key} does not define. Add \`${other.slice(0, 60)}:\` under ${key}, at the end of the file.`,
            ),
          ],
    )
  }
  return [
    ...imageIssues(name, service, path),
    ...listOf(service['ports']).flatMap((port, index) => portIssues(port, [...path, 'ports', index])),
    ...listOf(service['expose']).flatMap((port, index) => exposeIssues(port, [...path, 'expose', index])),
    ...dependenciesOf(service, path).flatMap((dependency) => dependencyIssues(services, service, dependency)),
    ...Object.keys(PARTS).flatMap((key) =>
      undefinedIn(
        key,
        key === 'volumes' ? namedVolumes(service['volumes'], [...path, 'volumes']) : namesIn(service, key, path),
      ),
    ),
    ...undefinedIn('secrets', namesIn(mapOf(service['build']), 'secrets', [...path, 'build'])),
  ]
}

function imageIssues(name: string, service: Json, path: FieldPath): ValidationIssue[] {
  const { image } = service
  // A build requires sources, which a template does not contain.
  if ((typeof image !== 'string' || image === '') && service['build'] !== undefined)
    return [
      issue([...path, 'build'], `The service ${name} is built. Publish an image of it, and name that image instead.`),
    ]
  const at = [...path, 'image']
  if (typeof image !== 'string' || image === '') return [issue(at, `The service ${name} requires an image.`)]
  if (image.length <= MAX_IMAGE_LENGTH && REFERENCE.test(image.replaceAll(UNKNOWN, 'x'))) return []
  return [issue(at, `${quote(image)} is not the name of an image, for example nginx:1.27.`)]
}

type Used = readonly (readonly [name: string, path: FieldPath])[]

/** Names of a list, of its sources if it has maps, or of the keys of a map. */
function namesIn(service: Json, key: string, path: FieldPath): Used {
  const value = service[key]
  if (isObject(value)) return Object.keys(value).map((name) => [name, [...path, key, name]])
  return listOf(value).flatMap((item, index) => {
    const source = isObject(item) ? (item['source'] ?? '') : item
    return typeof source === 'string' ? [[source, [...path, key, index]] as const] : []
  })
}

function namedVolumes(volumes: unknown, path: FieldPath): Used {
  return listOf(volumes).flatMap((volume, index) => {
    const short = typeof volume === 'string' ? (readVolumeText(volume)?.source ?? '') : ''
    const { type, source } = isObject(volume) ? volume : { type: 'volume', source: isPath(short) ? '' : short }
    return type === 'volume' && typeof source === 'string' && source ? [[source, [...path, index]] as const] : []
  })
}

interface Dependency {
  readonly name: string
  readonly path: FieldPath
  readonly isRequired: boolean
}

function dependencyIssues(services: Json, service: Json, { name, path, isRequired }: Dependency): ValidationIssue[] {
  if (!isKnown(name)) return []
  if (!Object.hasOwn(services, name))
    return [
      issue(
        path,
        `${formatPath(path)} names ${quote(name)}, which is an unknown service. Add it under services, or remove it here.`,
      ),
    ]
  const isOptional = (one: unknown): boolean => listOf(mapOf(one)['profiles']).length > 0
  if (!isRequired || isOptional(service) || !isOptional(services[name])) return []
  return [
    issue(
      path,
      `${formatPath(path)} names ${quote(name)}, which starts only with its profile. Remove its profiles, or write \`required: false\` under depends_on.`,
    ),
  ]
}

/** Services that a service starts after. */
function dependenciesOf(service: Json, path: FieldPath): Dependency[] {
  const named = (key: string): Dependency[] =>
    listOf(service[key]).flatMap((item, index) => {
      const [name, ...more] = typeof item === 'string' ? (key === 'depends_on' ? [item] : item.split(':')) : []
      const isOutside = key === 'volumes_from' && name === 'container' && more.length > 0
      return name !== undefined && !isOutside ? [{ name, path: [...path, key, index], isRequired: true }] : []
    })
  const conditions = Object.entries(mapOf(service['depends_on'])).map(([name, condition]): Dependency => ({
    name,
    path: [...path, 'depends_on', name],
    isRequired: mapOf(condition)['required'] !== false,
  }))
  const namespaces = NAMESPACES.flatMap((key): Dependency[] => {
    const mode = service[key]
    const [, name] = typeof mode === 'string' ? (/^service:(.*)$/s.exec(mode) ?? []) : []
    return name === undefined ? [] : [{ name, path: [...path, key], isRequired: true }]
  })
  const base = service['extends']
  const extended = typeof base === 'string' ? base : mapOf(base)['file'] === undefined ? mapOf(base)['service'] : null
  // A service that is extended does not start.
  const extension: Dependency[] =
    typeof extended === 'string' ? [{ name: extended, path: [...path, 'extends'], isRequired: false }] : []
  return [
    ...named('depends_on'),
    ...conditions,
    ...named('links'),
    ...named('volumes_from'),
    ...namespaces,
    ...extension,
  ]
}

/** Every service is visited once, and its way back to itself is reported at the dependency that closes it. */
function cycleIssues(services: Json, path: FieldPath): ValidationIssue[] {
  const [done, open] = [new Set<string>(), new Set<string>()]
  const issues: ValidationIssue[] = []
  const visit = (name: string): void => {
    open.add(name)
    for (const { name: other, path: at } of dependenciesOf(mapOf(services[name]), [...path, name])) {
      if (open.has(other))
        issues.push(issue(at, `Service ${name} depends on ${quote(other)}, which depends on ${name}.`))
      else if (!done.has(other) && Object.hasOwn(services, other)) visit(other)
    }
    open.delete(name)
    done.add(name)
  }
  for (const name of Object.keys(services)) if (!done.has(name)) visit(name)
  return issues
}

function portIssues(port: unknown, path: FieldPath): ValidationIssue[] {
  const isValid = isObject(port)
    ? isLongPort(port)
    : typeof port === 'number'
      ? isRange(String(port), 1)
      : typeof port !== 'string' || isShortPort(port)
  if (isValid) return []
  return [
    issue(
      path,
      `${formatPath(path)} must have the form 80, 8080:80, 127.0.0.1:8080:80/udp or { target, published }, with ports of 1 to ${MAX_PORT} and ranges of the same length.`,
    ),
  ]
}

const isProtocol = (protocol: unknown): boolean =>
  protocol === undefined || (typeof protocol === 'string' && (!isKnown(protocol) || PROTOCOLS.has(protocol)))

/** First and last port, or null. */
function rangeOf(text: string, least: number): [number, number] | null {
  const [, first, last = first] = PORTS.exec(text) ?? []
  const isValid =
    first !== undefined && Number(first) >= least && Number(first) <= Number(last) && Number(last) <= MAX_PORT
  return isValid ? [Number(first), Number(last)] : null
}

const isRange = (text: string, least: number): boolean => rangeOf(text, least) !== null
const isAddress = (text: string): boolean => isIP(text.replace(/^\[(.*)\]$/, '$1')) > 0

/** `[[IP:][HOST]:]CONTAINER[/PROTOCOL]`, as the specification has it. */
function isShortPort(text: string): boolean {
  if (!isKnown(text)) return true
  const [ports, protocol, ...more] = text.split('/')
  if (more.length > 0 || !isProtocol(protocol?.toLowerCase())) return false
  const parts = ports!.split(':')
  const container = rangeOf(parts.pop()!, 1)
  const host = parts.pop() ?? ''
  const address = parts.join(':')
  if (!container || (parts.length > 0 && !isAddress(address))) return false
  if (host === '') return true
  const published = rangeOf(host, 0)
  const [first, last] = container
  return published !== null && (first === last || last - first === published[1] - published[0])
}

function isLongPort({ target, published, host_ip: address, protocol }: Json): boolean {
  const isPort = (value: unknown, least: number): boolean => {
    const text = String(value)
    return !isKnown(text) || isRange(text, least)
  }
  return (
    isPort(target, 1) &&
    (published === undefined || published === '' || isPort(published, 0)) &&
    (typeof address !== 'string' || !isKnown(address) || isIP(address) > 0) &&
    isProtocol(protocol)
  )
}

function exposeIssues(port: unknown, path: FieldPath): ValidationIssue[] {
  const [range, protocol, ...more] = String(port).split('/')
  if (!isKnown(String(port)) || (isRange(range!, 1) && more.length === 0 && isProtocol(protocol))) return []
  return [issue(path, `${formatPath(path)} must be a port or a range of ports, for example 8080 or 8080-8090/udp.`)]
}
