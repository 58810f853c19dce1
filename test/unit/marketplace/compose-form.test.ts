import { checkDefinition } from '#services/marketplace/templates/definition/check-definition.js'
import { reviewWarnings } from '#services/marketplace/templates/definition/review-warnings.js'
import { formatPath } from '#services/kernel/validation/validation-issue.js'

const web = (more: object, top: object = {}): Record<string, unknown> => ({
  services: { web: { image: 'nginx:1', ...more } },
  ...top,
})
const places = (definition: unknown) => {
  const checked = checkDefinition(definition)
  return checked.kind === 'invalid' ? checked.issues.map(({ path }) => formatPath(path)) : []
}
const parsed = (json: string): unknown => JSON.parse(json)

describe('form of a compose file', () => {
  it.each([
    '80',
    80,
    '8080:80',
    '8080:80/udp',
    '8000-8010:8000-8010',
    '8000-8010:80',
    '127.0.0.1:80:80',
    '127.0.0.1::5000',
    '::1:6000:6000',
    '[::1]:6000:6000',
    '${PORT}:80',
    '${PORT:-8080}:80',
    '$PORT:80',
    { target: 80 },
    { target: 80, published: '8080-8090', host_ip: '127.0.0.1', protocol: 'udp', mode: 'host' },
    { target: '${TARGET}', published: '${PUBLISHED:-80}' },
  ])('accepts the port %j', (port) => {
    expect(places(web({ ports: [port] }))).toEqual([])
  })

  it.each([
    '70000:80',
    '99999',
    -5,
    0,
    80.5,
    '3005-3000',
    '8000-8001:80-85',
    '999.1.1.1:80:80',
    '80:80/http',
    '80:',
    'eighty',
    '1:2:3:4',
    '${PORT:-99999}:80',
    '${PORT:80',
    '',
    { published: 80 },
    { foo: 'bar' },
    { target: 70_000 },
    { target: 80, published: '90-80' },
    { target: 80, host_ip: 'localhost' },
    { target: 80, protocol: 'http' },
    [80],
    null,
    true,
  ])('rejects the port %j', (port) => {
    const found = places(web({ ports: [port] }))
    expect(found.length).toBeGreaterThan(0)
    expect(found.every((place) => place.startsWith('definition.services.web.ports[0]'))).toBe(true)
  })

  it.each<[string, unknown, string[]]>([
    ['a map in the environment', web({ environment: { A: { b: 1 } } }), ['definition.services.web.environment.A']],
    ['an unclosed variable', web({ command: 'run ${FOO' }), ['definition.services.web.command']],
    ['a hash of a password', web({ labels: { a: 'me:$2y$10$Nq8abc' } }), ['definition.services.web.labels.a']],
    ['a service that depends on itself', web({ depends_on: ['web'] }), ['definition.services.web.depends_on[0]']],
    ['a number as a dependency', web({ depends_on: 5 }), ['definition.services.web.depends_on']],
    ['a dependency named toString', web({ depends_on: ['toString'] }), ['definition.services.web.depends_on[0]']],
    [
      'a dependency named __proto__',
      web({ depends_on: parsed('{"__proto__":{"condition":"service_started"}}') }),
      ['definition.services.web.depends_on.__proto__'],
    ],
    ['an undefined network', web({ networks: ['back'] }), ['definition.services.web.networks[0]']],
    ['an undefined network of a map', web({ networks: { back: null } }), ['definition.services.web.networks.back']],
    ['an undefined volume', web({ volumes: ['data:/data'] }), ['definition.services.web.volumes[0]']],
    [
      'an undefined volume of a map',
      web({ volumes: [{ type: 'volume', source: 'data', target: '/data' }] }),
      ['definition.services.web.volumes[0]'],
    ],
    ['an undefined secret', web({ secrets: ['key'] }), ['definition.services.web.secrets[0]']],
    ['an undefined configuration', web({ configs: [{ source: 'app' }] }), ['definition.services.web.configs[0]']],
    ['an unknown key of a service', web({ imagee: 'a' }), ['definition.services.web.imagee']],
    ['an unknown key of the file', web({}, { volume: {} }), ['definition.volume']],
    [
      'an unknown key of a health check',
      web({ healthcheck: { tests: 'a' } }),
      ['definition.services.web.healthcheck.tests'],
    ],
    ['an image without a name', { services: { web: { image: ':::' } } }, ['definition.services.web.image']],
    ['an image in capitals', { services: { web: { image: 'Nginx' } } }, ['definition.services.web.image']],
    [
      'an unknown condition',
      web({ depends_on: { web2: { condition: 'ready' } } }, {}),
      ['definition.services.web.depends_on.web2', 'definition.services.web.depends_on.web2.condition'],
    ],
    ['a version that is a number', web({}, { version: 3.8 }), ['definition.version']],
    [
      'the namespace of an unknown service',
      web({ network_mode: 'service:db' }),
      ['definition.services.web.network_mode'],
    ],
    ['an option twice', web({ security_opt: ['a', 'a'] }), ['definition.services.web.security_opt']],
  ])('rejects %s with its place', (_what, definition, expected) => {
    expect(places(definition)).toEqual(expected)
  })

  it('rejects cycles of dependencies of every kind, and accepts the same without the last one', () => {
    const kinds: ((name: string) => object)[] = [
      (name) => ({ depends_on: [name] }),
      (name) => ({ depends_on: { [name]: { condition: 'service_healthy' } } }),
      (name) => ({ links: [`${name}:alias`] }),
      (name) => ({ network_mode: `service:${name}` }),
      (name) => ({ volumes_from: [`${name}:ro`] }),
      (name) => ({ extends: { service: name } }),
    ]
    for (const kind of kinds)
      for (const other of kinds) {
        const file = (c: object) => ({
          services: { a: { image: 'a', ...kind('b') }, b: { image: 'b', ...other('c') }, c: { image: 'c', ...c } },
        })
        expect(places(file(kind('a')))).toHaveLength(1)
        expect(places(file({}))).toEqual([])
      }
  })

  it.each<[string, unknown]>([
    [
      'variables in every form',
      web({
        command: '${A} $B ${C:-${D:-e}} ${F:?needed} ${G:+h} $$HOME $${X}',
        restart: '${RESTART:-always}',
        cpus: '${CPUS}',
      }),
    ],
    [
      'variables where only some values are allowed',
      web(
        { depends_on: { db: { condition: '${C}' } }, pull_policy: '${P}' },
        { services: { web: { image: 'a', depends_on: { db: { condition: '${C}' } } }, db: { image: 'b' } } },
      ),
    ],
    [
      'images of registries with digests',
      {
        services: {
          web: { image: `localhost:5000/a/b_c:1.0@sha256:${'a'.repeat(64)}` },
          x: { image: '${REGISTRY}/app:${TAG:-1}' },
        },
      },
    ],
    [
      'optional dependencies',
      {
        services: {
          web: { image: 'a', depends_on: { db: { condition: 'service_started', required: false } } },
          db: { image: 'b', profiles: ['db'] },
        },
      },
    ],
    ['items that Compose joins', web({ cap_drop: ['ALL', 'ALL'], ports: [80, 80], labels: ['a=1', 'a=1'] })],
    ['dollar signs that begin no variable', web({ command: 'echo $(date) $? $1 costs $ 5, or $' })],
    [
      'external and default networks',
      web({ networks: ['default', 'proxy'] }, { networks: { proxy: { external: true } } }),
    ],
    [
      'volumes of every kind',
      web(
        { volumes: ['/data', 'data:/a', './conf:/b:ro', { type: 'tmpfs', target: '/c' }] },
        { volumes: { data: null } },
      ),
    ],
    ['extensions', web({ 'x-own': { any: [1] } }, { 'x-more': 1 })],
  ])('accepts %s', (_what, definition) => {
    expect(places(definition)).toEqual([])
  })
})

describe('warnings for the reviewer of a compose file', () => {
  const warned = (definition: Record<string, unknown>) => reviewWarnings(definition).join('\n')

  it.each([
    '/',
    '//',
    '/.',
    '/./',
    '/etc',
    '/etc/',
    '//etc',
    '/etc/shadow',
    '/var/../etc',
    '/etc/./ssl',
    '/run',
    '/run/',
    '/var/run',
    '/var/run/',
    '/var/run/docker.sock',
    '/run/docker.sock',
    '/root/.ssh',
    '/root',
    '/home/me/.ssh',
    '/var/lib/docker',
    '/var/lib/docker/volumes',
    '/var/lib',
    '/var',
    '/proc',
    '/proc/1/root',
    '/sys',
    '/dev',
    '/dev/sda',
    '/boot',
    '/usr/bin',
    '../..',
    '../../etc',
    './../x',
    '..',
    '~',
    '~/.ssh',
    '${HOME}',
    '${DATA:-/etc}',
    '${DATA}/x',
    './${DATA}',
    './/${DATA}/',
    './a/${DATA}',
    './a/../${DATA}/b',
    './a-${DATA}',
    '${DATA}/../b',
    '/srv/${DATA}/../b',
  ])('name the mount of %s, in each form', (source) => {
    for (const volume of [`${source}:/x`, `${source}:/x:ro`, { type: 'bind', source, target: '/x' }])
      expect(warned(web({ volumes: [volume] }))).toContain('definition.services.web.volumes[0] mounts ')
    const bind = { driver_opts: { type: 'none', o: 'bind', device: source } }
    expect(warned(web({}, { volumes: { data: bind } }))).toContain('definition.volumes.data.driver_opts mounts ')
  })

  it.each([
    './data:/x',
    'data:/x',
    '/x',
    '/opt/app:/x',
    '/srv/data:/x',
    '/etcetera:/x',
    '/etc/localtime:/etc/localtime:ro',
    '..data:/x',
  ])('do not name the mount %s', (volume) => {
    expect(warned(web({ volumes: [volume] }))).toBe('')
  })

  it.each<[object, string]>([
    [{ privileged: true }, 'privileged is privileged'],
    [{ privileged: 'true' }, 'privileged is privileged'],
    [{ privileged: '${X:-true}' }, 'privileged is privileged'],
    [{ privileged: '${X}' }, 'privileged is privileged'],
    [{ ipc: 'host' }, 'ipc shares the shared memory of the server'],
    [{ userns_mode: 'host' }, 'userns_mode shares the users of the server'],
    [{ uts: 'host' }, 'uts shares the host name of the server'],
    [{ cgroup: 'host' }, 'cgroup shares the control groups of the server'],
    [{ pid: 'host' }, 'pid shares the processes of the server'],
    [{ network_mode: 'host' }, 'network_mode shares the network of the server'],
    [{ network_mode: '${MODE}' }, 'network_mode can share the network of the server'],
    [{ network_mode: 'container:db' }, 'network_mode shares the network of another container'],
    [{ devices: ['/dev/kvm'] }, 'devices uses devices of the server: /dev/kvm'],
    [{ security_opt: ['seccomp:unconfined'] }, 'changes the confinement of its container: seccomp:unconfined'],
    [{ security_opt: ['apparmor=unconfined'] }, 'changes the confinement'],
    [{ cap_add: ['SYS_ADMIN'] }, 'adds capabilities: SYS_ADMIN'],
    [{ volumes_from: ['container:db'] }, 'uses the volumes of other services or containers'],
    [{ use_api_socket: true }, 'uses the Docker API'],
    [{ extends: { file: 'other.yaml', service: 'web' } }, 'extends a service of a file: other.yaml'],
    [{ extra_hosts: ['host:host-gateway'] }, 'connects to the server itself'],
    [{ post_start: [{ command: 'x', privileged: true }] }, 'runs a privileged program'],
  ])('name the option of %j', (service, expected) => {
    expect(warned(web(service))).toContain(expected)
  })

  it.each<[object, string]>([
    [{ include: ['other.yaml'] }, 'definition.include includes files'],
    [
      { networks: { lan: { external: true, name: 'host' } } },
      'definition.networks.lan.name can be the network of the server',
    ],
    [{ networks: { lan: { driver: 'macvlan' } } }, 'definition.networks.lan.driver reaches the network of the server'],
    [
      { secrets: { key: { file: '/etc/shadow' } } },
      'definition.secrets.key.file reads a file of the server: /etc/shadow',
    ],
    [{ configs: { app: { file: '/etc/shadow' } } }, 'definition.configs.app.file reads a file of the server'],
  ])('name the part %j', (top, expected) => {
    expect(warned(web({}, top))).toContain(expected)
  })

  it.each([
    { privileged: false },
    { privileged: 'false' },
    { privileged: '${X:-false}' },
    { security_opt: ['no-new-privileges:true'] },
    { network_mode: 'bridge' },
    { extends: 'base' },
  ])('do not name the option of %j', (service) => {
    expect(warned(web(service))).toBe('')
  })
})
