import { checkDefinition } from '#services/marketplace/templates/definition/check-definition.js'
import { formatPath } from '#services/kernel/validation/validation-issue.js'
import { composeDocuments } from '#test/support/compose-documents.js'
import { createSeededRandom } from '#test/support/seeded-random.js'

const issues = (definition: unknown) => {
  const checked = checkDefinition(definition)
  return checked.kind === 'invalid' ? checked.issues : []
}
const places = (definition: unknown) => issues(definition).map(({ path }) => formatPath(path))
const WEB = 'definition.services.web'
const web = (more: object, top: object = {}) => ({
  services: {
    web: { image: 'nginx:1', ...more },
    db: { image: 'postgres:17' },
    extra: { image: 'busybox:1', profiles: ['extra'] },
  },
  volumes: { data: null, more: null },
  networks: { front: null },
  ...top,
})

/** Each text of a value in the default of a variable. Names of members stay. */
const withVariables = (value: unknown, form: (text: string) => string): unknown => {
  if (typeof value === 'string') return /[$}\n]|^$/.test(value) ? value : form(value)
  if (Array.isArray(value)) return value.map((item) => withVariables(item, form))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withVariables(member, form)]))
}

describe('rules of the Compose specification', () => {
  const random = createSeededRandom(79)
  const documents = composeDocuments(() => random.next(), 400)

  it('are the same for a value and for a variable with this value as its default', () => {
    for (const form of [(text: string) => `\${V:-${text}}`, (text: string) => `\${V:-\${W-${text}}}`])
      for (const document of documents) {
        const given = { document, places: places(document).sort() }
        expect({ document, places: places(withVariables(document, form)).sort() }).toEqual(given)
      }
  })

  it('are the same for a file as text and parsed', () => {
    for (const document of documents.slice(0, 100))
      expect(new Set(places(JSON.stringify(document)))).toEqual(new Set(places(document)))
  })

  it.each<[string, object, object, string]>([
    ['a network mode beside networks', { network_mode: 'host', networks: ['front'] }, {}, 'network_mode'],
    ['a test without its kind', { healthcheck: { test: ['curl', 'x'] } }, {}, 'healthcheck.test[0]'],
    ['a duration without a unit', { healthcheck: { test: 'x', interval: '30' } }, {}, 'healthcheck.interval'],
    ['a duration that is a word', { stop_grace_period: 'later' }, {}, 'stop_grace_period'],
    ['a duration with a blank', { stop_grace_period: '5 s' }, {}, 'stop_grace_period'],
    ['a negative count', { healthcheck: { test: 'x', retries: -1 } }, {}, 'healthcheck.retries'],
    ['a count that is a word', { healthcheck: { test: 'x', retries: 'many' } }, {}, 'healthcheck.retries'],
    ['a size of an unknown unit', { mem_limit: '512 apples' }, {}, 'mem_limit'],
    ['a period with a unit', { cpu_period: '100ms' }, {}, 'cpu_period'],
    [
      'a size of a temporary volume',
      { volumes: [{ type: 'tmpfs', target: '/x', tmpfs: { size: 'x' } }] },
      {},
      'volumes[0].tmpfs.size',
    ],
    [
      'two limits of memory',
      { mem_limit: '1g', deploy: { resources: { limits: { memory: '512m' } } } },
      {},
      'mem_limit',
    ],
    ['two scales', { scale: 2, deploy: { replicas: 3 } }, {}, 'scale'],
    ['two sources of a Dockerfile', { build: { dockerfile: 'a', dockerfile_inline: 'b' } }, {}, 'build.dockerfile'],
    ['a missing platform', { platform: 'linux/amd64', build: { platforms: ['linux/arm64'] } }, {}, 'build.platforms'],
    ['a place that is mounted twice', { tmpfs: '/x', volumes: ['data:/x'] }, {}, 'volumes[0]'],
    ...['/x/', '//x', '/./x', '/a/../x/'].flatMap((again): [string, object, object, string][] => [
      [`the temporary place ${again} beside /x`, { tmpfs: ['/x', again] }, {}, 'tmpfs[1]'],
      [`a volume in the temporary place ${again}`, { tmpfs: again, volumes: ['data:/x'] }, {}, 'volumes[0]'],
    ]),
    ['a bind mount without a source', { volumes: [{ type: 'bind', target: '/x' }] }, {}, 'volumes[0]'],
    ['a dependency behind a profile', { depends_on: ['extra'] }, {}, 'depends_on[0]'],
    ['a link to a service behind a profile', { links: ['extra:x'] }, {}, 'links[0]'],
    ['volumes of a service behind a profile', { volumes_from: ['extra:ro'] }, {}, 'volumes_from[0]'],
    [
      'an optional dependency that is unknown',
      { depends_on: { zz: { condition: 'service_started', required: false } } },
      {},
      'depends_on.zz',
    ],
    ['an unknown host name', { uts: 'service:zz' }, {}, 'uts'],
    ['a host without an address', { extra_hosts: ['a'] }, {}, 'extra_hosts[0]'],
    ['a watch without a target', { develop: { watch: [{ path: 'a', action: 'sync' }] } }, {}, 'develop.watch[0]'],
    ['a count that is a text', { gpus: [{ count: 'some' }] }, {}, 'gpus[0].count'],
    ['a count beside IDs', { gpus: [{ count: 1, device_ids: ['a'] }] }, {}, 'gpus[0]'],
    ['a wrong default', { pull_policy: '${R:-sometimes}' }, {}, 'pull_policy'],
    ['a wrong default of a number', { scale: '${N:-x}' }, {}, 'scale'],
  ])('refuse %s', (_what, service, top, place) => {
    expect(places(web(service, top))).toEqual([`${WEB}.${place}`])
  })

  it.each<[object, string]>([
    [{ secrets: { a: {} } }, 'secrets.a'],
    [{ secrets: { a: { file: 'a', environment: 'B' } } }, 'secrets.a'],
    [{ configs: { a: { name: 'x' } } }, 'configs.a'],
    [{ configs: { a: { file: 'a', content: 'b' } } }, 'configs.a'],
    [{ volumes: { data: { external: true, driver: 'local' } } }, 'volumes.data.driver'],
    [{ volumes: { data: { external: true, labels: { a: 'b' } } } }, 'volumes.data.labels'],
    [{ volumes: { data: { external: 'true', driver_opts: { a: 'b' } } } }, 'volumes.data.driver_opts'],
  ])('refuse %j', (top, place) => {
    expect(places(web({}, top))).toEqual([`definition.${place}`])
  })

  it('refuse a dependency of a default that closes a cycle', () => {
    const file = (b: object) => ({ services: { a: { image: 'a', depends_on: ['${X-b}'] }, b: { image: 'b', ...b } } })
    expect(places(file({}))).toEqual([])
    expect(places(file({ depends_on: ['a'] }))).toEqual(['definition.services.b.depends_on[0]'])
  })

  it.each([
    ['services:\n  1: { image: a }', 'The key 1 is no text; write it in quotes at line 2'],
    ['services:\n  web: { image: a, environment: { 1: b } }', 'The key 1 is no text'],
    [
      'services:\n  web: { image: a, ports: !reset [] }',
      '!reset is not supported, because a template is a single file',
    ],
  ])('say what is wrong in %j', (text, message) => {
    expect(issues(text)[0]).toMatchObject({ message: expect.stringContaining(message) as string, line: 2 })
  })
})

describe('issues of a compose file', () => {
  it('name the line, also behind an alias, and a value that aliases repeat once', () => {
    const text = `x-env: &env
  MODE: a
  DB_PASSWORD: hunter2
services:
  a: { image: a, environment: { <<: *env } }
  b: { image: b, environment: *env }
  c:
    image: c
    environment:
      <<: *env
      OTHER_PASSWORD: hunter2
    volumes: ["data:/x"]
`
    expect(issues(text).map(({ path, line }) => [formatPath(path), line])).toEqual([
      ['definition.services.c.volumes[0]', 12],
      ['definition.x-env.DB_PASSWORD', 3],
      ['definition.services.c.environment.OTHER_PASSWORD', 11],
    ])
  })

  it('are all named at one place', () => {
    expect(places(web({ environment: { A_PASSWORD: 'x${A//b/c}letme' } }))).toEqual(
      Array.from({ length: 2 }, () => `${WEB}.environment.A_PASSWORD`),
    )
  })

  it.each<[object, string]>([
    [{ volumes: ['nope:/x'] }, 'Add `nope:` under volumes'],
    [{ networks: ['nope'] }, 'Add `nope:` under networks'],
    [{ depends_on: ['nope'] }, 'Add it under services, or remove it here'],
    [{ image: undefined, build: '.' }, 'Publish an image of it'],
    [{ environment: { SMTP_PASSWORD: '${SMTP_PASSWORD:-test}' } }, 'the default of SMTP_PASSWORD is written out'],
    [{ environment: { DATABASE_URL: 'postgres://me:pw@db/x' } }, 'Write postgres://me:${DB_PASSWORD}@db'],
    [{ environment: { accessKey: 'abc1' } }, 'Use ${ACCESS_KEY}'],
    [{ environment: { pass: 'abc1' } }, 'Use ${WEB_PASS}'],
    [{ command: ['run', '--db-password', 'abc1'] }, 'Use ${DB_PASSWORD}'],
  ])('say the remedy of %j', (service, remedy) => {
    expect(issues(web(service)).map(({ message }) => message)).toEqual([expect.stringContaining(remedy)])
  })

  it.each<[string, unknown, number]>([
    ['CapRover', { captainVersion: 4, services: { $$cap_appname: { caproverExtra: {} }, b: {} } }, 1],
    ['Umbrel', { services: { app_proxy: { environment: { A: 'b' } }, web: { image: 'a' } } }, 1],
    ['runtipi', { services: { web: { image: 'a', networks: ['tipi_main_network'] } } }, 1],
    [
      'Coolify',
      { services: { web: { image: 'a', environment: ['A=${SERVICE_PASSWORD_A}'], volumes: ['data:/x'] } } },
      2,
    ],
    ['Dokploy', { services: { web: { image: 'a', networks: ['dokploy-network'] } } }, 1],
    ['Dokploy', '[variables]\na = "${domain}"\n\n[config]\n[[config.domains]]\nhost = "x"\n', 1],
  ])('name %s once as the store of a file, before other issues', (store, definition, count) => {
    const found = issues(definition)
    expect(found).toHaveLength(count)
    expect(found[0]!.message).toContain(`definition is a file of ${store}`)
  })

  it('do not refuse a file of a store that is a complete compose file, and warn of it', () => {
    const checked = checkDefinition({ services: { web: { image: 'a:1', environment: ['A=${SERVICE_USER_A}'] } } })
    expect(checked.kind).toBe('valid')
    expect(checked.warnings().map(({ message }) => message)).toEqual([expect.stringContaining('file of Coolify')])
  })

  it.each<[object, string | null]>([
    [{ volumes: ['./nginx.conf:/etc/nginx/nginx.conf:ro'] }, 'mounts the file ./nginx.conf'],
    [{ volumes: [{ type: 'bind', source: './a/b.yaml', target: '/x' }] }, 'mounts the file ./a/b.yaml'],
    [{ volumes: ['./data:/x', './conf.d:/y'] }, null],
    [{ ports: ['${IP}:8080:80'] }, 'is open on every address'],
    [{ ports: ['${IP:-127.0.0.1}:8080:80', '${PORT}:80'] }, null],
    [{ environment: { POSTGRES_HOST_AUTH_METHOD: 'trust' } }, 'opens the database without a password'],
    [{ environment: ['POSTGRES_HOST_AUTH_METHOD=trust'] }, 'opens the database without a password'],
    [{ environment: ['POSTGRES_HOST_AUTH_METHOD=md5'] }, null],
  ])('warn of %j', (service, warning) => {
    const { kind, warnings } = checkDefinition(web(service))
    expect(kind).toBe('valid')
    expect(warnings().map(({ message }) => message)).toEqual(warning === null ? [] : [expect.stringContaining(warning)])
  })

  it('do not warn of a mounted file that the template has', () => {
    const { warnings } = checkDefinition(web({ volumes: ['./a/../b/c.conf:/x:ro', './b/d.conf:/y:ro'] }))
    expect(warnings([{ path: 'b/c.conf' }]).map(({ message }) => message)).toEqual([
      expect.stringContaining('mounts the file ./b/d.conf, which is not in the files of the template'),
    ])
  })

  it('warn of a path that is too long to be judged', () => {
    const { warnings } = checkDefinition(web({ volumes: [`${'/a/..'.repeat(1_000)}/etc:/x`] }))
    expect(warnings().map(({ message }) => message)).toEqual([expect.stringContaining('too long to be judged')])
  })
})
