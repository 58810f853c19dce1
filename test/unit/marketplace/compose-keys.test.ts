import { composeSchema } from '#services/marketplace/templates/definition/compose-schema.js'
import { DANGEROUS_KEYS } from '#services/marketplace/templates/definition/review-warnings.js'

/** Keys of the specification that give a service nothing beyond its own container, by the reason. `**` is all keys below. */
const HARMLESS: Record<string, readonly string[]> = {
  'contains the keys that are decided one by one': [
    'services',
    'networks',
    'volumes',
    'secrets',
    'configs',
    'services.*.deploy',
    'services.*.deploy.resources',
    'services.*.deploy.resources.limits',
    'services.*.deploy.resources.reservations',
    'services.*.logging',
    'services.*.post_start',
    'services.*.pre_stop',
    'services.*.volumes.*.bind',
  ],
  'names or describes something': [
    'version',
    'name',
    'services.*.annotations',
    'services.*.labels',
    'services.*.deploy.labels',
    'services.*.container_name',
    'services.*.hostname',
    'services.*.domainname',
    'services.*.profiles',
    'networks.*.labels',
    'volumes.*.labels',
    'volumes.*.name',
    'secrets.*.name',
    'secrets.*.labels',
    'configs.*.name',
    'configs.*.labels',
    'services.*.volumes.*.volume',
    'services.*.volumes.*.volume.labels',
  ],
  'is read in development or by a build only, which a template does not have': [
    'services.*.develop',
    'services.*.develop.**',
    'services.*.build.**',
    'services.*.env_file.**',
    'include.**',
  ],
  'is decided with the key around it': [
    'services.*.extends.**',
    'services.*.provider.**',
    'services.*.credential_spec.**',
    'services.*.gpus.**',
    'services.*.devices.**',
    'services.*.deploy.resources.reservations.devices.**',
    'services.*.deploy.resources.reservations.generic_resources.**',
    'networks.*.external.name',
    'volumes.*.external.name',
    'secrets.*.external.name',
    'configs.*.external.name',
    'secrets.*.driver_opts',
    'services.*.volumes.*.type',
    'services.*.volumes.*.source',
  ],
  'limits or counts resources of its own containers': [
    'services.*.deploy.mode',
    'services.*.deploy.endpoint_mode',
    'services.*.deploy.replicas',
    'services.*.deploy.rollback_config',
    'services.*.deploy.rollback_config.**',
    'services.*.deploy.update_config',
    'services.*.deploy.update_config.**',
    'services.*.deploy.restart_policy',
    'services.*.deploy.restart_policy.**',
    'services.*.deploy.placement',
    'services.*.deploy.placement.**',
    'services.*.deploy.resources.limits.cpus',
    'services.*.deploy.resources.limits.memory',
    'services.*.deploy.resources.limits.pids',
    'services.*.deploy.resources.reservations.cpus',
    'services.*.deploy.resources.reservations.memory',
    'services.*.blkio_config',
    'services.*.blkio_config.**',
    'services.*.cpu_count',
    'services.*.cpu_percent',
    'services.*.cpu_shares',
    'services.*.cpu_quota',
    'services.*.cpu_period',
    'services.*.cpu_rt_period',
    'services.*.cpu_rt_runtime',
    'services.*.cpus',
    'services.*.cpuset',
    'services.*.mem_limit',
    'services.*.mem_reservation',
    'services.*.mem_swappiness',
    'services.*.memswap_limit',
    'services.*.pids_limit',
    'services.*.scale',
    'services.*.shm_size',
    'services.*.storage_opt',
    'services.*.ulimits',
    'services.*.ulimits.*.hard',
    'services.*.ulimits.*.soft',
  ],
  'starts, stops and observes its own container': [
    'services.*.attach',
    'services.*.command',
    'services.*.entrypoint',
    'services.*.depends_on',
    'services.*.depends_on.*.restart',
    'services.*.depends_on.*.required',
    'services.*.depends_on.*.condition',
    'services.*.healthcheck',
    'services.*.healthcheck.disable',
    'services.*.healthcheck.interval',
    'services.*.healthcheck.retries',
    'services.*.healthcheck.test',
    'services.*.healthcheck.timeout',
    'services.*.healthcheck.start_period',
    'services.*.healthcheck.start_interval',
    'services.*.init',
    'services.*.platform',
    'services.*.pull_policy',
    'services.*.pull_refresh_after',
    'services.*.restart',
    'services.*.stdin_open',
    'services.*.tty',
    'services.*.stop_grace_period',
    'services.*.stop_signal',
    'services.*.isolation',
    'services.*.logging.options',
    'services.*.post_start.*.command',
    'services.*.post_start.*.user',
    'services.*.post_start.*.working_dir',
    'services.*.post_start.*.environment',
    'services.*.pre_stop.*.command',
    'services.*.pre_stop.*.user',
    'services.*.pre_stop.*.working_dir',
    'services.*.pre_stop.*.environment',
    'services.*.user',
    'services.*.group_add',
    'services.*.working_dir',
    'services.*.cap_drop',
    'services.*.read_only',
    'services.*.tmpfs',
  ],
  'connects services of the same stack, or publishes a port as stacks do': [
    'services.*.expose',
    'services.*.links',
    'services.*.ports.*.name',
    'services.*.ports.*.mode',
    'services.*.ports.*.host_ip',
    'services.*.ports.*.target',
    'services.*.ports.*.published',
    'services.*.ports.*.protocol',
    'services.*.ports.*.app_protocol',
    'services.*.dns',
    'services.*.dns_opt',
    'services.*.dns_search',
    'services.*.mac_address',
    'services.*.networks',
    'services.*.networks.*.aliases',
    'services.*.networks.*.interface_name',
    'services.*.networks.*.ipv4_address',
    'services.*.networks.*.ipv6_address',
    'services.*.networks.*.link_local_ips',
    'services.*.networks.*.mac_address',
    'services.*.networks.*.driver_opts',
    'services.*.networks.*.priority',
    'services.*.networks.*.gw_priority',
    'networks.*.driver_opts',
    'networks.*.ipam',
    'networks.*.ipam.**',
    'networks.*.internal',
    'networks.*.enable_ipv4',
    'networks.*.enable_ipv6',
    'networks.*.attachable',
  ],
  'places something within the container': [
    'services.*.configs',
    'services.*.configs.*.source',
    'services.*.configs.*.target',
    'services.*.configs.*.uid',
    'services.*.configs.*.gid',
    'services.*.configs.*.mode',
    'services.*.secrets',
    'services.*.secrets.*.source',
    'services.*.secrets.*.target',
    'services.*.secrets.*.uid',
    'services.*.secrets.*.gid',
    'services.*.secrets.*.mode',
    'services.*.volumes.*.target',
    'services.*.volumes.*.read_only',
    'services.*.volumes.*.consistency',
    'services.*.volumes.*.bind.create_host_path',
    'services.*.volumes.*.bind.recursive',
    'services.*.volumes.*.bind.selinux',
    'services.*.volumes.*.volume.nocopy',
    'services.*.volumes.*.volume.subpath',
    'services.*.volumes.*.tmpfs',
    'services.*.volumes.*.tmpfs.size',
    'services.*.volumes.*.tmpfs.mode',
    'services.*.volumes.*.image',
    'services.*.volumes.*.image.subpath',
    'configs.*.content',
  ],
  'is filled in at deployment': ['secrets.*.environment', 'configs.*.environment'],
  'names a model that a service reaches by its address': [
    'models',
    'models.*.name',
    'models.*.model',
    'models.*.context_size',
    'models.*.runtime_flags',
    'services.*.models',
    'services.*.models.*.endpoint_var',
    'services.*.models.*.model_var',
  ],
}

interface Schema {
  readonly $ref?: string
  readonly properties?: Record<string, Schema>
  readonly patternProperties?: Record<string, Schema>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly oneOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
}

/** Every key that the specification names, with `*` for names and items of a file. */
function keysOf(schema: Schema, definitions: Record<string, Schema>, path: readonly string[] = []): string[] {
  const below = (part: Schema, ...names: string[]) => keysOf(part, definitions, [...path, ...names])
  if (schema.$ref) return below(definitions[schema.$ref.split('/').at(-1)!]!)
  const {
    properties = {},
    patternProperties = {},
    additionalProperties,
    items,
    oneOf = [],
    anyOf = [],
    allOf = [],
  } = schema
  return [
    ...Object.entries(properties).flatMap(([name, part]) => [[...path, name].join('.'), ...below(part, name)]),
    ...Object.values(patternProperties).flatMap((part) => below(part, '*')),
    ...(typeof additionalProperties === 'object' ? below(additionalProperties, '*') : []),
    ...(items ? below(items, '*') : []),
    ...[...oneOf, ...anyOf, ...allOf].flatMap((part) => below(part)),
  ]
}

describe('keys of the Compose specification', () => {
  const schema = composeSchema() as unknown as Schema & { definitions: Record<string, Schema> }
  const keys = [...new Set(keysOf(schema, schema.definitions))]
  const isDangerous = (key: string) => Object.hasOwn(DANGEROUS_KEYS, key) || Object.hasOwn(DANGEROUS_KEYS, `${key}.*`)
  const harmless = Object.values(HARMLESS).flat()
  const covers = (rule: string, key: string) =>
    rule.endsWith('.**') ? key.startsWith(rule.slice(0, -2)) : key === rule

  it('are each dangerous or harmless: a new key is decided here or in review-warnings.ts', () => {
    expect(keys.length).toBeGreaterThan(300)
    const undecided = keys.filter((key) => !isDangerous(key) && !harmless.some((rule) => covers(rule, key)))
    expect(undecided).toEqual([])
  })

  it('are not decided twice, and not without being keys', () => {
    expect(keys.filter((key) => isDangerous(key) && harmless.some((rule) => covers(rule, key)))).toEqual([])
    expect(harmless.filter((rule) => !keys.some((key) => covers(rule, key)))).toEqual([])
    const known = new Set(keys.flatMap((key) => [key, `${key}.*`]))
    expect(Object.keys(DANGEROUS_KEYS).filter((key) => !known.has(key))).toEqual([])
  })
})
