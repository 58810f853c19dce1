import { parse, parseAllDocuments } from 'yaml'
import { basesOf, readDockerfile } from './docker-file.js'

/**
 * Rules for everything in `deploy/`: no default loses data, exposes a port to the world, or runs with a default secret; every process runs
 * without root on a read-only root, with limits, a health check, and enough time to stop. Each function returns the broken rules of a file.
 */
type Problems = string[]

/** Seconds that a server serves after the stop signal, and that it then needs at most. */
const DRAIN_SECONDS = 5
const FINISH_SECONDS = 10
const DATA_DIR = '/var/lib/stackgate'
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)$/
/** Settings of PostgreSQL that can lose committed transactions. */
const NOT_DURABLE = /\b(fsync|synchronous_commit|full_page_writes)\s*=\s*(off|false|0|no|local)\b/i
const SECRET_NAME = /(SECRET|PASSWORD|TOKEN|PRIVATE_KEY|SECRETS_KEY|DATABASE_URL|SMTP_URL)$/
/** A password within an address. */
const PASSWORD_IN_URL = /:\/\/[^:@/\s]+:[^@/\s]+@/

const unless = (isFulfilled: unknown, problem: string): Problems => (isFulfilled ? [] : [problem])
const isExact = (image: string) => /:v?\d[\w.-]*$/.test(image) || /@sha256:/.test(image)

/** True if a setting has a secret as its value. References, addresses of files, and empty values are none. */
const isSecretValue = (name: string, value: string) =>
  value !== '' && (PASSWORD_IN_URL.test(value) || (SECRET_NAME.test(name) && !name.endsWith('_FILE')))

const defaultOf = (text: string) => text.replaceAll(/\$\{\w+:[-?]([^}]*)\}/g, '$1')

interface ComposeService {
  readonly image?: string
  readonly build?: object
  readonly user?: string
  readonly read_only?: boolean
  readonly privileged?: boolean
  readonly network_mode?: string
  readonly cap_drop?: readonly string[]
  readonly cap_add?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly ports?: readonly (string | { readonly host_ip?: string })[]
  readonly volumes?: readonly string[]
  readonly tmpfs?: readonly string[]
  readonly command?: unknown
  readonly environment?: Readonly<Record<string, string | null>>
  readonly healthcheck?: { readonly disable?: boolean }
  readonly stop_grace_period?: string
  readonly stop_signal?: string
  readonly logging?: { readonly options?: Readonly<Record<string, string>> }
  readonly deploy?: { readonly resources?: { readonly limits?: Readonly<Record<string, unknown>> } }
}

export function composeProblems(text: string): Problems {
  const file = parse(text, { merge: true }) as {
    services: Record<string, ComposeService>
    volumes?: Record<string, unknown>
    secrets?: Record<string, { file?: string; environment?: string }>
  }
  const secrets = Object.entries(file.secrets ?? {}).flatMap(([name, { file: path }]) =>
    unless(path && !path.includes('example'), `${name} is no file of the operator`),
  )
  return [
    ...secrets,
    ...Object.entries(file.services).flatMap(([name, service]) =>
      serviceProblems(service, Object.keys(file.volumes ?? {})).map((problem) => `${name} ${problem}`),
    ),
  ]
}

function serviceProblems(service: ComposeService, named: readonly string[]): Problems {
  const { environment = {}, ports = [], volumes = [] } = service
  const isPostgres = /^postgres[:@]/.test(service.image ?? '')
  const isOurs = 'DATABASE_URL_FILE' in environment || 'DATABASE_URL' in environment
  const isPersistent = (path: string) =>
    volumes.some((mount) => {
      const [source, target] = mount.split(':')
      return (target === path || path.startsWith(`${target}/`)) && named.includes(source!)
    })
  const limits = service.deploy?.resources?.limits ?? {}
  const grace = Number(/^(\d+)s$/.exec(service.stop_grace_period ?? '')?.[1] ?? 0)
  const drain = Number(environment['DRAIN_SECONDS'] ?? DRAIN_SECONDS)
  return [
    ...unless(service.build || isExact(service.image ?? ''), 'has no exact version'),
    ...unless(/^[1-9]\d*(:[1-9]\d*)?$/.test(service.user ?? ''), 'runs as root'),
    ...unless(service.read_only === true, 'has a root that can be written'),
    ...unless(service.cap_drop?.includes('ALL') && !service.cap_add?.length && !service.privileged, 'has privileges'),
    ...unless(service.security_opt?.includes('no-new-privileges:true'), 'can gain privileges'),
    ...unless(limits['memory'] && limits['pids'], 'has no limits of memory and processes'),
    ...unless(service.logging?.options?.['max-size'], 'can fill the disk with logs'),
    ...unless(service.build || (service.healthcheck && !service.healthcheck.disable), 'has no health check'),
    ...unless(grace > drain + FINISH_SECONDS, 'has too little time to stop'),
    ...unless(service.network_mode === undefined, 'uses the network of the machine'),
    ...ports.flatMap((port) => {
      const address = typeof port === 'string' ? defaultOf(port).split(':').slice(0, -2).join(':') : port.host_ip
      return unless(LOOPBACK.test(address ?? ''), 'exposes a port to the world')
    }),
    ...Object.entries(environment).flatMap(([key, value]) =>
      unless(!isSecretValue(key, defaultOf(value ?? '')), `has a default secret in ${key}`),
    ),
    ...unless(!isPostgres || isPersistent('/var/lib/postgresql'), 'loses its data'),
    ...unless(!isPostgres || !NOT_DURABLE.test(JSON.stringify(service)), 'can lose committed transactions'),
    ...unless(!isPostgres || !('POSTGRES_HOST_AUTH_METHOD' in environment), 'needs no password'),
    // Mails are files there without a mail server.
    ...unless(!isOurs || environment['ROLE'] === 'api' || isPersistent(DATA_DIR), 'loses its data'),
  ]
}

export function dockerfileProblems(text: string): Problems {
  const all = readDockerfile(text)
  const last = Math.max(...all.map(({ stage }) => stage))
  const of = (name: string) =>
    all.filter((one) => one.name === name && one.stage === last).map(({ text: value }) => value)
  const end = all.filter(({ stage }) => stage === last).map(({ name }) => name)
  const bases = basesOf(all)
  const settings = [...of('ENV'), ...of('ARG')].flatMap((value) => value.split(/\s+(?=\w+=)/))
  return [
    ...unless(
      bases.every((base) => isExact(base) || base === 'scratch'),
      'has no exact version',
    ),
    ...unless(/^[1-9]\d*(:[1-9]\d*)?$/.test(of('USER').at(-1) ?? ''), 'runs as root'),
    ...unless(end.lastIndexOf('USER') > end.lastIndexOf('RUN'), 'runs a command as the user of the server'),
    ...unless(
      of('VOLUME').some((path) => path.includes(DATA_DIR)),
      'loses its data',
    ),
    ...unless(
      of('HEALTHCHECK').some((check) => check.includes('CMD')),
      'has no health check',
    ),
    ...unless(of('CMD').every((command) => command.startsWith('[')) && of('CMD').length, 'hides signals in a shell'),
    ...settings.flatMap((pair) => {
      const [name = '', value = ''] = pair.split('=')
      return unless(!isSecretValue(name, value), `has a default secret in ${name}`)
    }),
  ]
}

export function unitProblems(text: string): Problems {
  const lines = text.split('\n').filter((line) => !/^\s*[#;]/.test(line))
  const all = (name: string) =>
    lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.slice(name.length + 1))
  const value = (name: string) => all(name).at(-1)
  const environment = all('Environment').flatMap((line) => line.split(/\s+/))
  const dataDir = environment.find((pair) => pair.startsWith('DATA_DIR='))?.slice('DATA_DIR='.length)
  const drain = environment.find((pair) => pair.startsWith('DRAIN_SECONDS='))?.slice('DRAIN_SECONDS='.length)
  const user = value('User')
  return [
    ...unless((user && user !== 'root' && user !== '0') || value('DynamicUser') === 'yes', 'runs as root'),
    ...unless(value('ProtectSystem') === 'strict', 'has a root that can be written'),
    ...unless(value('CapabilityBoundingSet') === '', 'has privileges'),
    ...unless(value('NoNewPrivileges') === 'yes', 'can gain privileges'),
    ...unless(value('SystemCallFilter'), 'can call everything of the kernel'),
    ...unless(value('StateDirectory') && dataDir === `/var/lib/${value('StateDirectory')}`, 'loses its data'),
    ...unless(value('MemoryMax') && value('TasksMax'), 'has no limits of memory and processes'),
    ...unless(value('Restart') === 'always', 'does not start again'),
    ...unless(
      Number(value('TimeoutStopSec') ?? 0) > Number(drain ?? DRAIN_SECONDS) + FINISH_SECONDS,
      'has too little time to stop',
    ),
    ...unless(value('KillSignal') === 'SIGTERM', 'is not stopped by SIGTERM'),
    ...environment.flatMap((pair) => {
      const [name = '', setting = ''] = pair.split('=')
      return unless(!isSecretValue(name, setting), `has a default secret in ${name}`)
    }),
  ]
}

/** Settings of a machine, as `environment.example` has them. */
export function environmentProblems(text: string): Problems {
  const settings = text
    .split('\n')
    .filter((line) => /^\w+=/.test(line))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const)
  return settings.flatMap(([name, value]) => [
    ...unless(!isSecretValue(name, value), `has a default secret in ${name}`),
    ...unless(name !== 'HOST' || LOOPBACK.test(value), 'exposes a port to the world'),
    ...unless(name !== 'DATA_DIR' || !/^\/(tmp|run|dev\/shm)/.test(value), 'loses its data'),
  ])
}

const withoutComments = (text: string) => text.replaceAll(/^\s*[#;].*$/gm, '').replaceAll(/\s#.*$/gm, '')

export function nginxProblems(text: string, options: { readonly inContainer?: boolean } = {}): Problems {
  const conf = withoutComments(text)
  const listens = [...conf.matchAll(/\blisten\s+([^;\s]+)/g)].map(([, address]) => address!)
  return options.inContainer
    ? []
    : listens.flatMap((address) => unless(LOOPBACK.test(address.split(/:(?=\d+$)/)[0]!), 'exposes a port to the world'))
}

/** The part of nginx that leads to Stackgate. */
export function nginxLocationProblems(text: string): Problems {
  const conf = withoutComments(text)
  return [
    ...unless(conf.includes('X-Forwarded-For $remote_addr;'), 'lets clients state their address'),
    ...unless(/location \S*\/metrics \{\s*return 404;/.test(conf), 'serves metrics'),
    ...unless(/proxy_buffering off;/.test(conf), 'delays events'),
    ...unless(!/proxy_next_upstream[^;]*non_idempotent/.test(conf), 'repeats mutations'),
  ]
}

export function haproxyProblems(text: string): Problems {
  const conf = withoutComments(text)
  const binds = [...conf.matchAll(/^\s*bind\s+(\S+)/gm)].map(([, address]) => address!)
  return [
    ...binds.flatMap((address) => unless(LOOPBACK.test(address.split(/:(?=\d+$)/)[0]!), 'exposes a port to the world')),
    ...unless(/http-request set-header X-Forwarded-For %\[src\]/.test(conf), 'lets clients state their address'),
    ...unless(/http-request return status 404 if [^\n]*metrics/.test(conf), 'serves metrics'),
    ...unless(/http-check expect status 200/.test(conf), 'has no health check'),
    ...unless(!/^\s*retry-on/m.test(conf) || /disable-l7-retry unless METH_GET/.test(conf), 'repeats mutations'),
  ]
}

interface PatroniConfiguration {
  readonly restapi: { readonly listen: string }
  readonly bootstrap: {
    readonly dcs: {
      readonly synchronous_mode?: boolean
      readonly synchronous_mode_strict?: boolean
      readonly postgresql?: { readonly parameters?: Readonly<Record<string, unknown>> }
    }
    readonly initdb?: readonly unknown[]
  }
  readonly postgresql: {
    readonly listen: string
    readonly data_dir: string
    readonly authentication: Readonly<Record<string, { readonly password?: string }>>
    readonly pg_hba: readonly string[]
  }
}

const isPrivate = (address: string) => /^(?:https?:\/\/)?(?:10|127)\.\d+\.\d+\.\d+(?::\d+)?$/.test(address)

export function patroniProblems(text: string): Problems {
  const { restapi, bootstrap, postgresql } = parse(text) as PatroniConfiguration
  const { dcs, initdb = [] } = bootstrap
  const parameters = Object.entries(dcs.postgresql?.parameters ?? {}).map(([name, value]) => `${name}=${String(value)}`)
  const isDurable =
    dcs.synchronous_mode && dcs.synchronous_mode_strict && !parameters.some((one) => NOT_DURABLE.test(one))
  const passwords = Object.values(postgresql.authentication).map(({ password }) => password)
  return [
    ...unless(isDurable, 'can lose committed transactions'),
    ...unless(initdb.includes('data-checksums'), 'does not notice damaged pages'),
    ...unless(postgresql.data_dir.startsWith('/var/lib/'), 'loses its data'),
    ...unless([restapi.listen, postgresql.listen].every(isPrivate), 'exposes a port to the world'),
    ...unless(
      !postgresql.pg_hba.some((line) => /\btrust$|0\.0\.0\.0\/0/.test(line)),
      'needs no password, or admits the world',
    ),
    ...unless(
      passwords.every((password) => password === undefined),
      'has a default secret',
    ),
  ]
}

export function etcdProblems(text: string): Problems {
  const file = parse(text) as Readonly<Record<string, string>>
  const addresses = ['listen-client-urls', 'listen-peer-urls'].flatMap((name) => file[name]!.split(','))
  return [
    ...unless(addresses.every(isPrivate), 'exposes a port to the world'),
    ...unless(file['data-dir']!.startsWith('/var/lib/'), 'loses its data'),
    ...unless(file['initial-cluster']!.split(',').length === 3, 'has no majority without one machine'),
  ]
}

/** HAProxy before PostgreSQL. */
export function databaseProxyProblems(text: string): Problems {
  const conf = withoutComments(text)
  const binds = [...conf.matchAll(/^\s*bind\s+(\S+)/gm)].map(([, address]) => address!)
  return [
    ...unless(
      binds.every((address) => LOOPBACK.test(address.split(/:(?=\d+$)/)[0]!)),
      'exposes a port to the world',
    ),
    ...unless(/option httpchk OPTIONS \/primary$/m.test(conf), 'leads to replicas'),
    ...unless(/on-marked-down shutdown-sessions/.test(conf), 'keeps connections to a former primary'),
  ]
}

export function caddyProblems(text: string): Problems {
  const conf = withoutComments(text)
  const binds = [...conf.matchAll(/^\s*bind\s+(.*)$/gm)].flatMap(([, addresses]) => addresses!.trim().split(/\s+/))
  return [
    ...unless(binds.length > 0 && binds.every((address) => LOOPBACK.test(address)), 'exposes a port to the world'),
    ...unless(/^\s*admin off$/m.test(conf), 'can be changed without a password'),
    ...unless(!/trusted_proxies|header_up\s+X-Forwarded-For/.test(conf), 'lets clients state their address'),
    ...unless(/respond @metrics 404/.test(conf), 'serves metrics'),
    ...unless(/health_uri \/health\/ready/.test(conf), 'has no health check'),
  ]
}

export function pgbouncerProblems(text: string): Problems {
  const value = (name: string) => new RegExp(`^${name}\\s*=\\s*(.*)$`, 'm').exec(withoutComments(text))?.[1]?.trim()
  return [
    ...unless(LOOPBACK.test(value('listen_addr') ?? ''), 'exposes a port to the world'),
    ...unless(value('auth_type') === 'scram-sha-256', 'needs no password, or sends it readable'),
    ...unless(!/password=/.test(withoutComments(text)), 'has a default secret'),
  ]
}

interface Container {
  readonly name: string
  readonly image: string
  readonly env?: readonly { readonly name: string; readonly value?: string }[]
  readonly ports?: readonly { readonly hostPort?: number }[]
  readonly securityContext?: {
    readonly readOnlyRootFilesystem?: boolean
    readonly allowPrivilegeEscalation?: boolean
    readonly privileged?: boolean
    readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] }
  }
  readonly resources?: { readonly limits?: { readonly memory?: string }; readonly requests?: { readonly cpu?: string } }
  readonly livenessProbe?: object
  readonly readinessProbe?: object
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[]
}

interface PodSpec {
  readonly automountServiceAccountToken?: boolean
  readonly hostNetwork?: boolean
  readonly terminationGracePeriodSeconds?: number
  readonly securityContext?: {
    readonly runAsNonRoot?: boolean
    readonly runAsUser?: number
    readonly seccompProfile?: { readonly type: string }
  }
  readonly containers: readonly Container[]
  readonly volumes?: readonly {
    readonly name: string
    readonly persistentVolumeClaim?: object
    readonly hostPath?: object
  }[]
}

interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec?: {
    readonly type?: string
    readonly tls?: readonly object[]
    readonly template?: { readonly spec: PodSpec }
  }
}

/** Objects of Kubernetes, as `helm template` writes them. */
export function manifestProblems(text: string): Problems {
  const objects = parseAllDocuments(text).flatMap((document) => (document.toJS() as Manifest | null) ?? [])
  return objects.flatMap((object) => {
    const problems = [
      ...unless(object.kind !== 'Secret', 'is a default secret'),
      ...unless(object.kind !== 'Service' || object.spec?.type === 'ClusterIP', 'exposes a port to the world'),
      ...unless(object.kind !== 'Ingress' || object.spec?.tls?.length, 'serves the world without TLS'),
      ...(object.spec?.template ? podProblems(object.spec.template.spec) : []),
    ]
    return problems.map((problem) => `${object.kind} ${object.metadata.name} ${problem}`)
  })
}

function podProblems(pod: PodSpec): Problems {
  const { securityContext: own } = pod
  return [
    ...unless(own?.runAsNonRoot && own.runAsUser !== 0, 'runs as root'),
    ...unless(own?.seccompProfile?.type === 'RuntimeDefault', 'can call everything of the kernel'),
    ...unless(pod.automountServiceAccountToken === false, 'has access to the cluster'),
    ...unless(
      !pod.hostNetwork && !pod.volumes?.some(({ hostPath }) => hostPath),
      'uses network or files of the machine',
    ),
    ...pod.containers.flatMap((container) => containerProblems(container, pod)),
  ]
}

function containerProblems(container: Container, pod: PodSpec): Problems {
  const { env = [], securityContext: own, resources } = container
  const setting = (name: string) => env.find((one) => one.name === name)?.value
  const drain = Number(setting('DRAIN_SECONDS') ?? DRAIN_SECONDS)
  const isPersistent = (path: string) =>
    container.volumeMounts?.some(
      ({ name, mountPath }) =>
        mountPath === path && pod.volumes?.some((volume) => volume.name === name && volume.persistentVolumeClaim),
    )
  const hasMail = setting('SMTP_URL') || setting('SMTP_URL_FILE')
  return [
    ...unless(isExact(container.image), 'has no exact version'),
    ...unless(own?.readOnlyRootFilesystem, 'has a root that can be written'),
    ...unless(own?.allowPrivilegeEscalation === false, 'can gain privileges'),
    ...unless(
      own?.capabilities?.drop?.includes('ALL') && !own.capabilities.add?.length && !own.privileged,
      'has privileges',
    ),
    ...unless(resources?.limits?.memory && resources.requests?.cpu, 'has no limits of memory and processor'),
    ...unless(container.livenessProbe && container.readinessProbe, 'has no health check'),
    ...unless((pod.terminationGracePeriodSeconds ?? 30) > drain + FINISH_SECONDS, 'has too little time to stop'),
    ...unless(!container.ports?.some(({ hostPort }) => hostPort), 'exposes a port to the world'),
    ...unless(setting('SECRETS_KEY_FILE') || isPersistent(DATA_DIR), 'loses the key of its secrets'),
    ...unless(setting('ROLE') === 'api' || hasMail || isPersistent(DATA_DIR), 'loses its data'),
    ...env.flatMap(({ name, value = '' }) => unless(!isSecretValue(name, value), `has a default secret in ${name}`)),
  ]
}
