import { formatPath, type FieldPath, type ValidationIssue } from '#services/kernel/validation/validation-issue.js'
import { UNKNOWN } from './interpolation.js'
import { isObject, listOf, mapOf } from './is-object.js'
import { amountOf } from './value-forms.js'
import { normalizePath, readVolumeText } from './volume-text.js'

type Json = Record<string, unknown>

/** A place below a part, and the sentence about it behind its path. */
type Found = readonly [path: FieldPath, message: string]

const isText = (value: unknown): value is string => typeof value === 'string'
const isKnown = (value: unknown): value is string => isText(value) && !value.includes(UNKNOWN)
const isOn = (value: unknown): boolean =>
  value === true || isObject(value) || (isText(value) && /^(?:true|y|yes|on)$/i.test(value))
/** True if a switch can be on, because a variable decides or because it is. */
const canBeOn = (value: unknown): boolean => isOn(value) || (isText(value) && value.includes(UNKNOWN))

/** Checks what the schema of the specification accepts and its reference implementation refuses. The texts of the definition have their defaults. */
export function checkContradictions(definition: Json, path: FieldPath): ValidationIssue[] {
  const parts = (key: string, check: (part: Json, path: FieldPath) => readonly Found[]): ValidationIssue[] =>
    Object.entries(mapOf(definition[key])).flatMap(([name, part]) =>
      isObject(part)
        ? check(part, [...path, key, name]).map(([at, message]) => ({
            path: at,
            message: `${formatPath(at)} ${message}`,
          }))
        : [],
    )
  return [
    ...parts('services', (service, at) => [
      ...networkMode(service, at),
      ...healthCheck(service, at),
      ...amounts(service, at),
      ...targets(service, at),
      ...hosts(service['extra_hosts'], [...at, 'extra_hosts']),
      ...hosts(mapOf(service['build'])['extra_hosts'], [...at, 'build', 'extra_hosts']),
      ...devices(service, at),
      ...buildAndDevelop(definition, service, at),
      ...deviceRequests(service, at),
    ]),
    ...parts('volumes', externalVolume),
    ...parts('secrets', (secret, at) => sources(secret, at, ['file', 'environment'])),
    ...parts('configs', (config, at) => sources(config, at, ['file', 'environment', 'content'])),
  ]
}

function networkMode({ network_mode: mode, networks }: Json, path: FieldPath): Found[] {
  const isNamed = (Array.isArray(networks) || isObject(networks)) && Object.keys(networks).length > 0
  return isText(mode) && mode !== '' && isNamed
    ? [[[...path, 'network_mode'], 'excludes networks. Remove one of them.']]
    : []
}

const TESTS: readonly unknown[] = ['CMD', 'CMD-SHELL', 'NONE']

function healthCheck({ healthcheck }: Json, path: FieldPath): Found[] {
  const [first] = listOf(mapOf(healthcheck)['test'])
  return isKnown(first) && !TESTS.includes(first)
    ? [[[...path, 'healthcheck', 'test', 0], 'must be CMD, CMD-SHELL or NONE.']]
    : []
}

/** Members of a service, and the same ones of the member `deploy`. */
const TWICE: readonly [name: string, group: readonly string[], member: string][] = [
  ['cpus', ['resources', 'limits'], 'cpus'],
  ['mem_limit', ['resources', 'limits'], 'memory'],
  ['mem_reservation', ['resources', 'reservations'], 'memory'],
  ['pids_limit', ['resources', 'limits'], 'pids'],
]

function amounts(service: Json, path: FieldPath): Found[] {
  const { scale, deploy, container_name: container } = service
  const { replicas } = mapOf(deploy)
  const found: Found[] = []
  for (const [value, at] of [
    [scale, ['scale']],
    [replicas, ['deploy', 'replicas']],
  ] as const) {
    if ((amountOf(value) ?? 0) < 0) found.push([[...path, ...at], 'must be at least 0.'])
  }
  const [own, other] = [amountOf(scale), amountOf(replicas)]
  if (own !== null && other !== null && own !== other)
    found.push([[...path, 'scale'], 'differs from deploy.replicas. Remove one of them.'])
  if (isText(container) && (own ?? other ?? 1) > 1)
    found.push([[...path, 'container_name'], 'is the name of one container, but the service has several. Remove it.'])
  for (const [name, group, member] of TWICE) {
    const limits = group.reduce<unknown>((part, one) => mapOf(part)[one], deploy)
    const [amount, deployed] = [amountOf(service[name]), isObject(limits) ? amountOf(limits[member] ?? 0) : null]
    if (amount && deployed !== null && Math.fround(amount) !== Math.fround(deployed))
      found.push([
        [...path, name],
        `differs from deploy.${group.join('.')}.${member}. Write the same value, or remove one of them.`,
      ])
  }
  return found
}

const normalize = (target: string): string => normalizePath(target).replace(/(?<=.)\/$/, '')

/** Each place of a container is mounted once. A later volume of a place replaces an earlier one. */
function targets(service: Json, path: FieldPath): Found[] {
  const found: Found[] = []
  const places = new Map<string, string>()
  const temporary = service['tmpfs']
  for (const [index, item] of (isText(temporary) ? [temporary] : listOf(temporary)).entries()) {
    if (!isKnown(item)) continue
    const target = normalize(item.split(':')[0]!)
    if ((places.get(target) ?? item) !== item) found.push([[...path, 'tmpfs', index], mountedTwice(target)])
    places.set(target, item)
  }
  const volumes = new Set<string>()
  for (const [index, volume] of listOf(service['volumes']).entries()) {
    const at = [...path, 'volumes', index]
    if (isObject(volume)) {
      const { type, source, target } = volume
      if (type === 'bind' && (source === undefined || source === ''))
        found.push([at, 'requires a source, because it is a bind mount.'])
      if (!isText(target)) found.push([at, 'requires a target, which is a path in the container.'])
    }
    const read = isKnown(volume) ? readVolumeText(volume) : null
    if (isKnown(volume) && !read) found.push([at, 'must have the form source:target or source:target:options.'])
    const target = isObject(volume) ? volume['target'] : read?.target
    if (!isKnown(target)) continue
    const clean = normalize(target)
    if (places.has(clean) || (volumes.has(clean) && !volumes.has(target))) found.push([at, mountedTwice(clean)])
    volumes.add(clean).add(target)
  }
  return found
}

const mountedTwice = (target: string): string =>
  `mounts ${target.slice(0, 60)}, which is mounted already. Remove one of them.`

function hosts(given: unknown, path: FieldPath): Found[] {
  const check = (name: string, at: FieldPath): Found[] =>
    name === '' || /[:=]/.test(name) ? [[at, 'must begin with the name of a host.']] : []
  if (isObject(given)) return Object.keys(given).flatMap((name) => check(name, [...path, name]))
  return listOf(given).flatMap((host, index): Found[] => {
    if (!isKnown(host)) return []
    const separator = ['=', ':'].find((one) => host.includes(one))
    return separator
      ? check(host.split(separator)[0]!, [...path, index])
      : [[[...path, index], 'must have the form host=address.']]
  })
}

const devices = (service: Json, path: FieldPath): Found[] =>
  listOf(service['devices']).flatMap((device, index): Found[] => {
    const at = [...path, 'devices', index]
    if (isObject(device)) return isText(device['target']) ? [] : [[at, 'requires a target.']]
    return isKnown(device) && device.split(':').length > 3
      ? [[at, 'must have the form source:target:permissions.']]
      : []
  })

function buildAndDevelop(definition: Json, { build, develop, platform }: Json, path: FieldPath): Found[] {
  const found: Found[] = []
  const { dockerfile, dockerfile_inline: inline, platforms, ssh, additional_contexts: contexts } = mapOf(build)
  const at = (...names: string[]): FieldPath => [...path, 'build', ...names]
  if (dockerfile && inline) found.push([at('dockerfile'), 'excludes dockerfile_inline. Remove one of them.'])
  const built = listOf(platforms)
  if (isKnown(platform) && platform && built.length > 0 && built.every(isKnown) && !built.includes(platform))
    found.push([at('platforms'), `must contain ${platform.slice(0, 60)}, the platform of the service.`])
  for (const key of listOf(ssh))
    if (isKnown(key) && !key.includes('=') && key !== 'default')
      found.push([at('ssh'), 'must contain default, or id=path.'])
  const named: [string, unknown][] = Array.isArray(contexts)
    ? contexts.flatMap((context: unknown): [string, unknown][] => {
        if (!isKnown(context)) return []
        const [name = '', ...rest] = context.split('=')
        if (rest.length === 0) found.push([at('additional_contexts'), 'must contain name=context.'])
        return [[name, rest.join('=')]]
      })
    : Object.entries(mapOf(contexts))
  for (const [, context] of named) {
    const [, target] = isKnown(context) ? (/^service:(.*)$/s.exec(context) ?? []) : []
    if (target !== undefined && mapOf(mapOf(definition['services'])[target])['build'] === undefined)
      found.push([at('additional_contexts'), `names '${target.slice(0, 60)}', which is no service that is built.`])
  }
  for (const [index, watch] of listOf(mapOf(develop)['watch']).entries()) {
    const { action, target, path: watched } = mapOf(watch)
    if (isKnown(action) && !target && action !== 'rebuild' && action !== 'restart')
      found.push([[...path, 'develop', 'watch', index], `requires a target, because its action is ${action}.`])
    if (watched === '') found.push([[...path, 'develop', 'watch', index, 'path'], 'must not be empty.'])
  }
  return found
}

function deviceRequests(service: Json, path: FieldPath): Found[] {
  const reserved = ['deploy', 'resources', 'reservations', 'devices']
  return [['gpus'], reserved].flatMap((names): Found[] =>
    listOf(names.reduce<unknown>((part, name) => mapOf(part)[name], service)).flatMap((request, index): Found[] =>
      isObject(request) && request['count'] !== undefined && request['device_ids'] !== undefined
        ? [[[...path, ...names, index], 'must have count or device_ids, and not both.']]
        : [],
    ),
  )
}

function externalVolume(volume: Json, path: FieldPath): Found[] {
  const { external, name } = volume
  const other = mapOf(external)['name']
  const found: Found[] =
    isText(other) && name !== undefined && other !== name
      ? [[[...path, 'name'], 'differs from external.name. Remove external.name, and write external: true.']]
      : []
  if (!isOn(external)) return found
  const more = Object.keys(volume).filter((key) => key !== 'external' && key !== 'name' && !key.startsWith('x-'))
  return [
    ...found,
    ...more.map((key): Found => [[...path, key], 'has no meaning for a volume that is external. Remove it.']),
  ]
}

/** A secret or a configuration has one source. */
function sources(part: Json, path: FieldPath, kinds: readonly string[]): Found[] {
  const given = kinds.filter((kind) => part[kind] !== undefined)
  if (given.length > 1) return [[path, `has ${given.join(' and ')}. Keep one of them.`]]
  if (given.length === 1 && part['environment'] !== '') return []
  if (canBeOn(part['external'])) return []
  return [[path, `requires a source: ${kinds.join(', ')} or external.`]]
}
