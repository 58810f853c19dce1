import { formatPath, type FieldPath, type ValidationIssue } from '#services/kernel/validation/validation-issue.js'
import { interpolate, UNKNOWN } from './interpolation.js'
import { isObject } from './is-object.js'
import { MAX_PATH, normalizePath } from './volume-text.js'

const MAX_WARNINGS = 200

/**
 * The power that a value gives a service, as the end of a sentence about its place. Null if it is harmless. `files` are the paths of the
 * files of the template.
 */
type Warning = (value: unknown, files: ReadonlySet<string>) => string | null

const text = (value: unknown): string => (typeof value === 'string' ? interpolate(value).text.trim() : '')
const isUnknown = (value: unknown): boolean => text(value).includes(UNKNOWN)
const cut = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll(UNKNOWN, '$').slice(0, 200)
const listed = (value: unknown): string => (Array.isArray(value) ? value.map(cut).join(', ').slice(0, 200) : cut(value))

const always =
  (warning: string): Warning =>
  () =>
    warning
const withValue =
  (warning: string): Warning =>
  (value) =>
    `${warning}: ${listed(value)}`
/** Texts such as `"true"` and `${X:-yes}` switch on too, and a variable without a default can. */
const ifOn =
  (warning: string): Warning =>
  (value) =>
    value === true || isObject(value) || (typeof value === 'string' && !/^(?:|0|n|no|off|false)$/i.test(text(value)))
      ? warning
      : null
const namespace =
  (what: string): Warning =>
  (value) => {
    if (text(value) === 'host') return `shares ${what} of the server`
    if (text(value).startsWith('container:')) return `shares ${what} of another container`
    return isUnknown(value) ? `can share ${what} of the server, because a variable decides` : null
  }
const unless =
  (harmless: RegExp, warning: string): Warning =>
  (value) =>
    harmless.test(text(value)) ? null : `${warning}: ${cut(value)}`

/** Folders of a server, and what is in them. A folder around one of them contains it. */
const FOLDERS: readonly [folder: string, content: string][] = [
  ['/var/run', 'the sockets of the server, also that of Docker'],
  ['/run', 'the sockets of the server, also that of Docker'],
  ['/var/lib/docker', 'the files of all containers'],
  ['/var/lib/containerd', 'the files of all containers'],
  ['/var/lib', 'the data of programs of the server'],
  ['/var/log', 'the logs of the server'],
  ['/var/spool', 'the scheduled programs of the server'],
  ['/etc', 'the configuration of the server'],
  ['/root', 'the files and keys of root'],
  ['/home', 'the files and keys of users'],
  ['/proc', 'the processes of the server'],
  ['/sys', 'the kernel of the server'],
  ['/dev', 'the devices of the server'],
  ['/boot', 'the kernel of the server'],
  ['/usr', 'the programs of the server'],
  ['/bin', 'the programs of the server'],
  ['/sbin', 'the programs of the server'],
  ['/lib', 'the programs of the server'],
  ['/lib64', 'the programs of the server'],
  ['/mnt', 'other file systems of the server'],
  ['/media', 'other file systems of the server'],
]
const HARMLESS_FILES = new Set(['/etc/localtime', '/etc/timezone'])
const SOCKET = /(?:^|\/)(?:docker|podman|containerd|crio)\.sock$/

/** The content of a path of the server. Null if it is a folder of the template or without known content. */
function contentOf(path: string): string | null {
  if (path.length > MAX_PATH) return 'a path that is too long to be judged'
  if (/^(?:[a-z]:)?\\|^[a-z]:\//i.test(path)) return 'a folder of the server'
  if (path.startsWith('~')) return 'the files and keys of a user'
  const normal = normalizePath(path)
    .replace(/^\/{2,}/, '/')
    .replace(/(?<=.)\/$/, '')
  if (normal === '..' || normal.startsWith('../')) return 'a folder outside of the folder of the template'
  // A variable can contain `..`, wherever it is in the path.
  const decided = path.includes(UNKNOWN) ? 'a folder that a variable decides' : null
  if (!normal.startsWith('/')) return decided
  if (SOCKET.test(normal)) return 'the Docker socket and can start any container'
  if (normal === '/') return 'all files of the server'
  if (HARMLESS_FILES.has(normal)) return null
  const found = FOLDERS.find(([folder]) => isWithin(normal, folder) || isWithin(folder, normal))
  return found?.[1] ?? decided
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`)

const mounts = (volume: unknown): string | null => {
  const source = isObject(volume) ? text(volume['source']) : sourceOf(text(volume))
  if (isObject(volume) && volume['type'] === 'npipe') return `mounts a pipe of the server: ${cut(source)}`
  const content = /^[./~\\]|^[a-z]:[\\/]/i.test(source) || source.startsWith(UNKNOWN) ? contentOf(source) : null
  return content && `mounts ${content} (${cut(source)})`
}

/** A file has an ending, as in `./nginx.conf`. A folder that does not exist is made empty, which is harmless. */
const mountsFile: Warning = (volume, files) => {
  const source = isObject(volume) ? text(volume['source']) : sourceOf(text(volume))
  return /^\.\/(?:[^/]+\/)*[^/]*[^/.]\.[a-z]\w{1,9}$/i.test(source) &&
    !isUnknown(source) &&
    !files.has(normalizePath(source))
    ? `mounts the file ${cut(source)}, which is not in the files of the template, so that Docker makes an empty folder of this name. Add it to the files`
    : null
}

const mountsOf: Warning = (volume, files) => mounts(volume) ?? mountsFile(volume, files)

/** An address without a default is empty, and an empty one is every address. */
const everyAddress: Warning = (port) => {
  const isOpen = isObject(port)
    ? port['host_ip'] !== undefined && isUnknown(port['host_ip'])
    : typeof port === 'string' && interpolate(port).text.startsWith(`${UNKNOWN}:`) && text(port).split(':').length > 2
  return isOpen ? 'is open on every address of the server if the variable of its address is empty' : null
}

const trustsAll: Warning = (environment) =>
  /(?:^|[\s",{])POSTGRES_HOST_AUTH_METHOD"?[=:]\s*"?trust/.test(JSON.stringify(environment))
    ? 'opens the database without a password (POSTGRES_HOST_AUTH_METHOD: trust)'
    : null

/** A volume with a target only is a new one. */
function sourceOf(volume: string): string {
  const [, drive = '', rest = ''] = /^([a-z]:(?=[\\/]))?(.*)$/is.exec(volume)!
  const end = rest.indexOf(':')
  return end < 0 && !rest.startsWith('~') && !rest.startsWith('.') ? '' : drive + (end < 0 ? rest : rest.slice(0, end))
}

const driverOptions: Warning = (options) => {
  const { device, o, type } = isObject(options) ? options : {}
  if (device === undefined) return null
  const content = contentOf(text(device))
  if (content) return `mounts ${content} (${cut(device)})`
  return text(device).startsWith('/') && /bind/.test(text(o))
    ? null
    : `mounts another file system: ${listed([type, device].filter(Boolean))}`
}

const unpinned: Warning = (value) => {
  const image = text(value)
  const isPinned = /[:@]/.test(image.split('/').at(-1) ?? '') && !image.endsWith(':latest')
  return isPinned ? null : 'uses an unpinned image tag. The image can change after the review'
}

const securityOption: Warning = (value) =>
  /^no-new-privileges(?:[:=]true)?$/.test(text(value))
    ? null
    : `changes the confinement of its container: ${cut(value)}`

/**
 * Keys that give a service more than its own container, with what they give. `*` is any key or item. A key of the specification is
 * here, or a test names the reason why it is harmless.
 */
export const DANGEROUS_KEYS: Readonly<Record<string, Warning>> = {
  'services.*.privileged': ifOn('is privileged and has full control of the server'),
  'services.*.use_api_socket': ifOn('can start any container, because it uses the Docker API'),
  'services.*.volumes.*': mountsOf,
  'services.*.ports.*': everyAddress,
  'services.*.environment': trustsAll,
  'services.*.volumes.*.bind.propagation': unless(/^r?(?:private|slave)$/, 'passes its own mounts on to the server'),
  'services.*.volumes_from': withValue('uses the volumes of other services or containers'),
  'services.*.network_mode': namespace('the network'),
  'services.*.pid': namespace('the processes'),
  'services.*.ipc': namespace('the shared memory'),
  'services.*.uts': namespace('the host name'),
  'services.*.userns_mode': namespace('the users'),
  'services.*.cgroup': namespace('the control groups'),
  'services.*.cgroup_parent': withValue('leaves the control group of Docker'),
  'services.*.cap_add': withValue('adds capabilities'),
  'services.*.devices': withValue('uses devices of the server'),
  'services.*.device_cgroup_rules': withValue('uses devices of the server'),
  'services.*.gpus': always('uses graphics processors of the server'),
  'services.*.deploy.resources.reservations.devices': always('uses devices of the server'),
  'services.*.deploy.resources.reservations.generic_resources': always('uses devices of the server'),
  'services.*.security_opt.*': securityOption,
  'services.*.sysctls': withValue('changes parameters of the kernel'),
  'services.*.oom_kill_disable': ifOn('is not stopped if the memory of the server is full'),
  'services.*.oom_score_adj': (value) =>
    Number(value) >= 0 ? null : 'is stopped last if the memory of the server is full',
  'services.*.runtime': unless(/^runc$/, 'runs with another runtime'),
  'services.*.provider': always('is started by a program of the server'),
  'services.*.credential_spec': always('uses an identity of the server'),
  'services.*.external_links': withValue('connects to containers of other stacks'),
  'services.*.extra_hosts': (value) => (/host-gateway/.test(listed(value)) ? 'connects to the server itself' : null),
  'services.*.logging.driver': unless(/^(?:json-file|local|journald|none)$/, 'sends its logs elsewhere'),
  'services.*.post_start.*.privileged': ifOn('runs a privileged program'),
  'services.*.pre_stop.*.privileged': ifOn('runs a privileged program'),
  'services.*.image': unpinned,
  'services.*.build': always('has a build section, which is ignored'),
  'services.*.env_file': always('uses env_file, which a template cannot contain'),
  'services.*.label_file': always('uses label_file, which a template cannot contain'),
  'services.*.extends': (value) =>
    isObject(value) && value['file'] !== undefined ? `extends a service of a file: ${cut(value['file'])}` : null,
  include: always('includes files, which a template cannot contain'),
  'networks.*.external': ifOn('is a network of other stacks'),
  'networks.*.name': (value) =>
    text(value) === 'host' || isUnknown(value) ? 'can be the network of the server' : null,
  'networks.*.driver': unless(/^(?:bridge|overlay|none)$/, 'reaches the network of the server'),
  'volumes.*.external': ifOn('is a volume of other stacks'),
  'volumes.*.driver': unless(/^local$/, 'is stored by a plugin'),
  'volumes.*.driver_opts': driverOptions,
  'secrets.*.file': withValue('reads a file of the server'),
  'secrets.*.external': ifOn('is a secret of the server'),
  'secrets.*.driver': withValue('is read by a plugin'),
  'secrets.*.template_driver': withValue('is written by a plugin'),
  'configs.*.file': withValue('reads a file of the server'),
  'configs.*.external': ifOn('is a configuration of the server'),
  'configs.*.template_driver': withValue('is written by a plugin'),
}

const RULES = Object.entries(DANGEROUS_KEYS).map(([key, warning]) => [key.split('.'), warning] as const)

/** Pure: what a reviewer is warned of, with the places. None of it is forbidden, because some stacks need it. */
export function reviewFindings(
  definition: Readonly<Record<string, unknown>>,
  files: readonly { readonly path: string }[] = [],
): ValidationIssue[] {
  const paths = new Set(files.map((file) => file.path))
  const findings = new Map<string, ValidationIssue>()
  for (const [key, warning] of RULES)
    for (const [path, value] of valuesAt(definition, key, ['definition'])) {
      const found = warning(value, paths)
      // An option is named after its service: the sentence says which option it is.
      const message = `${formatPath(path)} ${found}.`
      if (found && !findings.has(message)) findings.set(message, { path, message })
    }
  return [...findings.values()]
}

/** Pure: warnings for a reviewer, as sentences. */
export function reviewWarnings(...content: Parameters<typeof reviewFindings>): string[] {
  const all = reviewFindings(...content).map(({ message }) => message)
  if (all.length <= MAX_WARNINGS) return all
  return [...all.slice(0, MAX_WARNINGS), `${all.length - MAX_WARNINGS} more warnings are not listed.`]
}

/** The values at a key. Null is absent. */
function* valuesAt(value: unknown, key: readonly string[], path: FieldPath): Generator<[FieldPath, unknown]> {
  const [name, ...rest] = key
  if (value === null || value === undefined) return
  if (name === undefined) yield [path, value]
  else if (Array.isArray(value)) {
    if (name === '*') for (const [index, item] of value.entries()) yield* valuesAt(item, rest, [...path, index])
  } else if (isObject(value)) {
    const names = name === '*' ? Object.keys(value) : Object.hasOwn(value, name) ? [name] : []
    for (const one of names) yield* valuesAt(value[one], rest, [...path, one])
  }
}
