import { isIP } from 'node:net'
import { formatPath, type FieldPath, type ValidationIssue } from '#services/kernel/validation/validation-issue.js'
import { interpolate, UNKNOWN } from './interpolation.js'
import { isObject } from './is-object.js'

type Json = Record<string, unknown>

const REFERENCE =
  /^(?:(?:[a-zA-Z\d][a-zA-Z\d.-]*|\[[\da-fA-F:]+\])(?::\d+)?\/)?[a-z\d]+(?:(?:\.|__?|-+)[a-z\d]+)*(?:\/[a-z\d]+(?:(?:\.|__?|-+)[a-z\d]+)*)*(?::\w[\w.-]{0,127})?(?:@(?:x|[A-Za-z][\w+.-]{0,60}:[\da-fA-F]{32,}))?$/
const MAX_IMAGE_LENGTH = 500
const PORTS = /^(\d{1,5})(?:-(\d{1,5}))?$/
const MAX_PORT = 65_535
const PROTOCOLS = new Set(['tcp', 'udp', 'sctp'])
/** Namespaces of another service. */
const NAMESPACES = ['network_mode', 'ipc', 'pid'] as const

/** Checks the rules that the schema of the specification cannot express: variables, images, ports, and references between parts of the file. */
export function checkReferences(definition: Json, path: FieldPath): ValidationIssue[] {
  const services = mapOf(definition['services'])
  return [
    ...variableIssues(definition, path),
    ...Object.entries(services).flatMap(([name, service]) =>
      isObject(service) ? serviceIssues(definition, services, name, service, [...path, 'services', name]) : [],
    ),
    ...cycleIssues(services, [...path, 'services']),
  ]
}

const mapOf = (value: unknown): Json => (isObject(value) ? value : {})
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : [])
const issue = (path: FieldPath, message: string): ValidationIssue => ({ path, message })
const quote = (text: string): string => `'${text.replaceAll(UNKNOWN, '$').slice(0, 60)}'`
/** A text with its defaults. Texts with unknown parts are not checked further. */
const known = (text: string): string | null => {
  const { text: filled } = interpolate(text)
  return filled.includes(UNKNOWN) ? null : filled
}

function variableIssues(value: unknown, path: FieldPath): ValidationIssue[] {
  if (typeof value === 'string')
    return interpolate(value).invalidAt === null
      ? []
      : [issue(path, `${formatPath(path)} contains an invalid variable. Write \${NAME}, or $$ for a dollar sign.`)]
  if (typeof value !== 'object' || value === null) return []
  const isList = Array.isArray(value)
  return Object.entries(value).flatMap(([name, member]) =>
    variableIssues(member, [...path, isList ? Number(name) : name]),
  )
}

function serviceIssues(
  definition: Json,
  services: Json,
  name: string,
  service: Json,
  path: FieldPath,
): ValidationIssue[] {
  const undefinedIn = (key: string, defined: Json, used: Iterable<readonly [string, FieldPath]>) =>
    [...used].flatMap(([other, at]) =>
      known(other) === null || Object.hasOwn(defined, known(other)!)
        ? []
        : [issue(at, `Service ${name} uses ${quote(other)}, which ${key} does not define.`)],
    )
  return [
    ...imageIssues(name, service['image'], [...path, 'image']),
    ...listOf(service['ports']).flatMap((port, index) => portIssues(port, [...path, 'ports', index])),
    ...listOf(service['expose']).flatMap((port, index) => exposeIssues(port, [...path, 'expose', index])),
    ...dependenciesOf(service, path).flatMap(([other, at, isRequired]) =>
      !isRequired || known(other) === null || Object.hasOwn(services, known(other)!)
        ? []
        : [issue(at, `Service ${name} depends on unknown service ${quote(other)}.`)],
    ),
    ...undefinedIn('networks', { default: null, ...mapOf(definition['networks']) }, namesIn(service, 'networks', path)),
    ...undefinedIn('volumes', mapOf(definition['volumes']), namedVolumes(service['volumes'], [...path, 'volumes'])),
    ...undefinedIn('secrets', mapOf(definition['secrets']), namesIn(service, 'secrets', path)),
    ...undefinedIn('configs', mapOf(definition['configs']), namesIn(service, 'configs', path)),
    ...undefinedIn('models', mapOf(definition['models']), namesIn(service, 'models', path)),
  ]
}

function imageIssues(name: string, image: unknown, path: FieldPath): ValidationIssue[] {
  // A build requires sources, which a template does not contain.
  if (typeof image !== 'string' || image === '') return [issue(path, `The service ${name} requires an image.`)]
  const filled = interpolate(image).text.replaceAll(UNKNOWN, 'x')
  if (image.length <= MAX_IMAGE_LENGTH && REFERENCE.test(filled)) return []
  return [issue(path, `${quote(image)} is not the name of an image, for example nginx:1.27.`)]
}

type Used = readonly (readonly [name: string, path: FieldPath])[]

/** Names of a list, of its sources if it has maps, or of the keys of a map. */
function namesIn(service: Json, key: string, path: FieldPath): Used {
  const value = service[key]
  if (isObject(value)) return Object.keys(value).map((name) => [name, [...path, key, name]])
  return listOf(value).flatMap((item, index) => {
    const source = isObject(item) ? item['source'] : item
    return typeof source === 'string' ? [[source, [...path, key, index]] as const] : []
  })
}

function namedVolumes(volumes: unknown, path: FieldPath): Used {
  return listOf(volumes).flatMap((volume, index) => {
    const at = [...path, index]
    if (isObject(volume))
      return volume['type'] === 'volume' && typeof volume['source'] === 'string'
        ? [[volume['source'], at] as const]
        : []
    const [source, target] = typeof volume === 'string' ? interpolate(volume).text.split(':') : []
    return target !== undefined && /^[\w-]/.test(source!) && !/^[a-z]$/i.test(source!) ? [[source!, at] as const] : []
  })
}

/** Services that a service starts after, and whether they must exist. */
function dependenciesOf(service: Json, path: FieldPath): [name: string, path: FieldPath, isRequired: boolean][] {
  const named = (key: string): [string, FieldPath, boolean][] =>
    listOf(service[key]).flatMap((item, index) => {
      const [name] = typeof item === 'string' ? item.split(':') : []
      return name && name !== 'container' ? [[name, [...path, key, index], true]] : []
    })
  const dependsOn = service['depends_on']
  const conditions = Object.entries(mapOf(dependsOn)).map(([name, condition]): [string, FieldPath, boolean] => [
    name,
    [...path, 'depends_on', name],
    mapOf(condition)['required'] !== false,
  ])
  const namespaces = NAMESPACES.flatMap((key): [string, FieldPath, boolean][] => {
    const [kind, name] = typeof service[key] === 'string' ? service[key].split(':') : []
    return kind === 'service' && name ? [[name, [...path, key], true]] : []
  })
  const base = service['extends']
  const extended = typeof base === 'string' ? base : mapOf(base)['file'] === undefined ? mapOf(base)['service'] : null
  const extension: [string, FieldPath, boolean][] =
    typeof extended === 'string' ? [[extended, [...path, 'extends'], true]] : []
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
    for (const [other, at] of dependenciesOf(mapOf(services[name]), [...path, name])) {
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
  protocol === undefined ||
  (typeof protocol === 'string' && (known(protocol) === null || PROTOCOLS.has(known(protocol)!)))

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
function isShortPort(given: string): boolean {
  const text = known(given)
  if (text === null) return true
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
    const filled = known(String(value))
    return filled === null || isRange(filled, least)
  }
  return (
    isPort(target, 1) &&
    (published === undefined || published === '' || isPort(published, 0)) &&
    (typeof address !== 'string' || known(address) === null || isAddress(address)) &&
    isProtocol(protocol)
  )
}

function exposeIssues(port: unknown, path: FieldPath): ValidationIssue[] {
  const [range, protocol, ...more] = String(port).split('/')
  if (known(String(port)) === null || (isRange(range!, 1) && more.length === 0 && isProtocol(protocol))) return []
  return [issue(path, `${formatPath(path)} must be a port or a range of ports, for example 8080 or 8080-8090/udp.`)]
}
