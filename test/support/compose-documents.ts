import { composeSchema } from '#services/marketplace/templates/definition/compose-schema.js'
import { isObject } from '#services/marketplace/templates/definition/is-object.js'

type Json = Record<string, unknown>
type Random = () => number

/** Texts for a place whose schema takes any text: right and wrong ones of each form, with and without variables. */
const TEXTS: readonly string[] = [
  ['', 'x', 'db', 'web', 'extra', 'data', 'front', 'key', 'app', 'missing', 'host', 'none', 'default'],
  ['5', '0', '-1', '1.5', '1e3', 'ten', '0x10', '1_000', '+3', '077'],
  ['5s', '1m30s', '1.5h', '500ms', '2w', '5 s', 's', '10', '-5s', '1y'],
  ['512m', '1g', '1.5gb', '1 gib', '1x', '512 apples', '64kb', 'b', '1bb', '1e3k', '-1m'],
  ['true', 'false', 'yes', 'off', 'Y', 'maybe', '1'],
  [
    '/data',
    './data:/x',
    'data:/x',
    'data:/x:ro',
    'data:/x:ro:more',
    ':/x',
    '/x:',
    'C:\\x:/y',
    'd:/y',
    '~/a:/b',
    'nope:/x',
  ],
  ['80', '8080:80', '127.0.0.1:80:80', '80/udp', '80:x', '70000:80', '1-3:4-6', '1-3:4', '80/tcp/udp'],
  ['a=b', 'a', '=b', 'host=10.0.0.1', 'host:::1', 'a:b:c:d', '/dev/a:/dev/b', 'default=x'],
  ['service:db', 'service:missing', 'service:extra', 'container:x', 'service:'],
  ['always', 'never', 'sometimes', 'every_5m', 'missing2', 'CMD', 'NONE', 'curl'],
  [
    '${V:-5}',
    '${V:-5s}',
    '${V:-1x}',
    '${V:-db}',
    '${V:-true}',
    '${V-}',
    '${V:-${W:-512m}}',
    '$U',
    '${U}',
    '${U:?needed}',
  ],
  ['$(date)', '$1', 'a$', '$$a', '${1}', '${A//x/y}', '${A', '$!', 'a $ b', '$ {a}', '${V:-a\nb}', '$?', '$2y$10$hash'],
].flat()
const NUMBERS = [0, 1, 5, -1, 1.5, 100, 70_000]

const pick = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)]!

/** Members whose values of some types crash programs that read them. */
const CRASHING = ['additional_contexts']

/** Makes values of a schema. Texts of a place are of any form, so that about half of the values are wrong. */
class Maker {
  private readonly definitions: Json

  constructor(
    private readonly random: Random,
    private readonly schema: Json = composeSchema(),
  ) {
    this.definitions = this.schema['definitions'] as Json
  }

  member(name: 'service' | 'volume' | 'network' | 'secret' | 'config' | 'deployment'): [string, unknown] {
    const members = (this.definitions[name] as { properties: Json }).properties
    const key = pick(this.random, Object.keys(members))
    return [key, this.value(members[key])]
  }

  private value(given: unknown, depth = 0): unknown {
    const schema = this.resolved(given)
    const choice = schema['oneOf'] ?? schema['anyOf']
    if (Array.isArray(choice)) return this.value(pick(this.random, choice), depth)
    if (Array.isArray(schema['enum'])) return this.random() < 0.9 ? pick(this.random, schema['enum']) : 'wrong'
    // A member that may be empty can be left out instead. Programs that read it crash on some that are empty.
    const types = [schema['type'] ?? 'string'].flat().filter((type, _, all) => type !== 'null' || all.length === 1)
    switch (pick(this.random, types)) {
      case 'object':
        return this.map(schema, depth)
      case 'array':
        return this.list(schema, depth)
      case 'boolean':
        return this.random() < 0.5
      case 'integer':
      case 'number':
        return pick(this.random, NUMBERS)
      case 'null':
        return null
      default:
        return pick(this.random, TEXTS)
    }
  }

  private resolved(schema: unknown): Json {
    const reference = isObject(schema) ? schema['$ref'] : undefined
    return typeof reference === 'string'
      ? this.resolved(this.definitions[reference.split('/').at(-1)!])
      : ((schema ?? {}) as Json)
  }

  private map({ properties = {}, patternProperties = {}, required = [] }: Json, depth: number): Json {
    const [known, wanted] = [properties as Json, required as string[]]
    const names = Object.keys(known).filter(
      (name) => (wanted.includes(name) || this.random() < 0.35) && !CRASHING.includes(name),
    )
    if (depth > 3) names.splice(0, names.length, ...wanted)
    const named = names.map((name) => [name, this.value(known[name], depth + 1)])
    const free = Object.entries(patternProperties as Json)
      .filter(([pattern]) => pattern !== '^x-')
      .flatMap(([, one]) => [[pick(this.random, ['db', 'front', 'nofile', 'a']), this.value(one, depth + 1)]])
    return Object.fromEntries([...named, ...free])
  }

  private list({ items, uniqueItems }: Json, depth: number): unknown[] {
    const made = Array.from({ length: Math.floor(this.random() * 3) + 1 }, () => this.value(items, depth + 1))
    return this.random() < 0.2 || !uniqueItems ? made : [...made, ...made.slice(0, this.random() < 0.3 ? 1 : 0)]
  }
}

/** Members of a service that exclude or refer to each other, with a value that fits and others. */
const KINDS: readonly ((random: Random) => Json)[] = [
  (random) => ({ network_mode: pick(random, ['host', 'none', 'bridge']), networks: pick(random, [[], ['front'], {}]) }),
  (random) => ({ healthcheck: { test: pick(random, [['CMD', 'a'], ['a'], [], 'a', ['NONE'], ['${T:-CMD}', 'a']]) } }),
  (random) => ({
    mem_limit: pick(random, ['512m', '1g', 0, '${M:-1g}']),
    deploy: {
      resources: pick(random, [{}, { limits: {} }, { limits: { memory: '512M' } }, { limits: { cpus: '1' } }]),
    },
  }),
  (random) => ({
    mem_reservation: pick(random, ['512m', '1g']),
    deploy: { resources: { reservations: { memory: pick(random, ['1024m', '512m']) } } },
  }),
  (random) => ({
    cpus: pick(random, [1, 0.5, '1.5']),
    deploy: { resources: { limits: { cpus: pick(random, ['0.5', 1, '1.50']) } } },
  }),
  (random) => ({
    pids_limit: pick(random, [1, 5]),
    deploy: { resources: { limits: { pids: pick(random, [1, 5, '5']) } } },
  }),
  (random) => ({ scale: pick(random, [1, 2, -1, '2', '${N:-x}']), deploy: { replicas: pick(random, [1, 2, -2]) } }),
  (random) => ({ container_name: 'one', ...pick(random, [{ scale: 2 }, { deploy: { replicas: 3 } }, { scale: 1 }]) }),
  (random) => ({
    build: pick(random, [
      { context: '.', dockerfile: 'a', dockerfile_inline: 'FROM a' },
      { platforms: ['linux/arm64'] },
      { platforms: ['linux/amd64', 'linux/arm64'] },
      { ssh: ['default', 'x'] },
      { secrets: ['missing'] },
      { additional_contexts: { a: 'service:db' } },
      { additional_contexts: ['a'] },
    ]),
    platform: 'linux/amd64',
  }),
  (random) => ({ tmpfs: pick(random, ['/x', ['/x', '/x'], ['/x', '/x:size=1m']]), volumes: ['data:/x'] }),
  (random) => ({
    volumes: pick(random, [
      ['data:/x', 'more:/x'],
      ['data:/x', 'data:/x'],
      ['data:/x', { type: 'volume', source: 'data', target: '/x/' }],
      [{ type: 'bind', target: '/x' }],
      [{ type: 'bind', source: '.', target: '/x' }],
      [{ type: 'volume', source: 'missing', target: '/x' }],
      [{ type: 'volume', target: '/x' }],
      [{ type: 'tmpfs', target: '/x', tmpfs: { size: pick(random, ['64m', 'x', 5]) } }],
      [{ type: 'volume', source: 'data' }],
      ['${S:-data}:/x'],
      ['${S:-missing}:/x'],
      ['${S:-./a}:/x'],
    ]),
  }),
  (random) => ({ depends_on: pick(random, [['extra'], ['db'], ['${D:-db}'], ['${D:-missing}'], ['db', 'db'], []]) }),
  (random) => ({
    depends_on: {
      [pick(random, ['db', 'extra', 'missing'])]: { condition: 'service_started', required: random() < 0.5 },
    },
  }),
  (random) => ({ links: [pick(random, ['db', 'db:alias', 'missing', 'extra', '${D:-db}', '${D:-db}:alias'])] }),
  (random) => ({ volumes_from: [pick(random, ['db', 'db:ro', 'missing', 'container:x', 'extra', '${D:-db}:ro'])] }),
  (random) => ({
    [pick(random, ['network_mode', 'ipc', 'pid', 'uts'])]: pick(random, [
      'service:db',
      'service:zz',
      'service:extra',
      'service:${D:-db}',
      'host',
    ]),
  }),
  (random) => ({ extra_hosts: pick(random, [['a'], ['a=1.2.3.4'], ['a:1.2.3.4'], { a: '1.2.3.4' }, ['=1']]) }),
  (random) => ({
    develop: {
      watch: [
        { path: pick(random, ['a', '']), action: pick(random, ['sync', 'rebuild', 'restart', 'sync+restart']) },
        { path: 'a', action: 'sync', target: '/a' },
      ],
    },
  }),
  (random) => ({ expose: pick(random, [['${P:-8080}'], ['${P:-8080}/udp'], ['80', '80'], [80], ['x'], ['${P:-x}']]) }),
  (random) => ({ ports: pick(random, [['80:80', '80:80'], ['${P:-8080}:80'], ['80/udp', '80'], [80, 80]]) }),
  (random) => ({ cap_add: ['ALL', 'ALL'], [pick(random, ['security_opt', 'cap_drop', 'group_add'])]: ['a', 'a'] }),
  (random) => ({ environment: pick(random, [['A=1', 'A=2'], ['A=1', 'A=1'], { A: null }, ['A'], { A: '${B:-c}' }]) }),
  (random) => ({ [pick(random, ['dns', 'dns_search', 'tmpfs', 'devices', 'command'])]: ['/a', '/a'] }),
  (random) => ({ labels: pick(random, [['a=1', 'a=1'], { a: 1 }, ['a']]), extra_hosts: ['a=1', 'a=1'] }),
  (random) => ({
    gpus: [
      pick<Json>(random, [
        { count: 'some' },
        { count: 'all' },
        { count: 2 },
        { count: '2', device_ids: ['a'] },
        { device_ids: ['a'] },
      ]),
    ],
  }),
  (random) => ({
    deploy: {
      resources: {
        reservations: {
          devices: [
            pick<Json>(random, [
              { capabilities: ['gpu'], count: 1, device_ids: ['a'] },
              { capabilities: ['gpu'], count: 'x' },
              { capabilities: ['gpu'] },
            ]),
          ],
        },
      },
    },
  }),
  (random) => ({
    command: pick(random, [
      'sh -c "$(date)"',
      ["awk '{print $2}'"],
      'a $? $! $@',
      'end $',
      'run $$HOME',
      'proxy $1; set ${X}',
      '${A//x/y}',
      '${1}',
    ]),
  }),
  (random) => ({ stop_grace_period: pick(random, ['5', '5 s', '5s', 'later', '${S:-later}', 10]) }),
  (random) => ({
    healthcheck: {
      test: 'a',
      [pick(random, ['interval', 'timeout', 'start_period', 'start_interval'])]: pick(random, ['soon', '30', '30s']),
      retries: pick(random, ['many', -1, 3, '3', '${R:-3}']),
    },
  }),
  (random) => ({ pull_policy: pick(random, ['${R:-sometimes}', '${R:-always}', 'daily', 'every_1h', 'never2']) }),
  (random) => ({ [pick(random, ['cpu_period', 'cpu_quota'])]: pick(random, ['100ms', 100, '100', '1.5']) }),
]

/** Parts of the file that exclude each other. */
const TOP: readonly ((random: Random) => Json)[] = [
  (random) => ({
    secrets: {
      key: pick<Json>(random, [
        {},
        { file: 'a' },
        { file: 'a', environment: 'B' },
        { external: true },
        { external: false },
        { driver: 'a' },
        { name: 'a' },
      ]),
    },
  }),
  (random) => ({
    configs: {
      app: pick<Json>(random, [
        {},
        { content: 'a' },
        { content: 'a', file: 'b' },
        { environment: 'A', file: 'b' },
        { external: true },
        { external: 'false' },
      ]),
    },
  }),
  (random) => ({
    volumes: {
      data: pick<Json | null>(random, [
        null,
        { external: true, driver: 'local' },
        { external: true, labels: { a: 'b' } },
        { external: true, name: 'a' },
        { external: 'true', driver_opts: { a: 'b' } },
        { external: false, driver: 'local' },
        { external: { name: 'a' }, name: 'b' },
      ]),
    },
  }),
  (random) => ({ networks: { front: pick(random, [{ external: true, driver: 'a' }, { external: 'maybe' }, null]) } }),
]

/** A file with a service `web`, which the document is about, and everything that it can refer to. */
const around = (web: Json, top: Json): Json => ({
  services: {
    web: { image: 'nginx:1', ...web },
    db: { image: 'postgres:17' },
    extra: { image: 'busybox:1', profiles: ['extra'] },
  },
  volumes: { data: null, more: null },
  networks: { front: null },
  secrets: { key: { file: 'key' } },
  configs: { app: { content: 'a' } },
  ...top,
})

/** Documents for a comparison with the reference implementation: made of the published schema, and of each kind of rule beyond it. */
export function composeDocuments(random: Random, count: number): Json[] {
  const maker = new Maker(random)
  const kinds = [...KINDS.map((kind) => [kind, null] as const), ...TOP.map((kind) => [null, kind] as const)]
  return Array.from({ length: count }, (_, index) => {
    if (index % 2 === 1) {
      const [web, top] = kinds[Math.floor(index / 2) % kinds.length]!
      return around(web?.(random) ?? {}, top?.(random) ?? {})
    }
    if (random() < 0.8) return around(Object.fromEntries([maker.member('service')]), {})
    const [kind, name, key] = pick(random, [
      ['volume', 'volumes', 'data'],
      ['network', 'networks', 'front'],
      ['secret', 'secrets', 'key'],
      ['config', 'configs', 'app'],
    ] as const)
    return around({}, { [name]: { [key]: Object.fromEntries([maker.member(kind)]) } })
  })
}
