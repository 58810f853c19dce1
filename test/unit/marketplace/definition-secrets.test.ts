import { checkDefinition } from '#services/marketplace/templates/definition/check-definition.js'
import { formatPath } from '#services/kernel/validation/validation-issue.js'

const NAMES = [
  'DB_PASSWORD',
  'MYSQL_ROOT_PASSWORD',
  'SECRET',
  'API_TOKEN',
  'apiKey',
  'N8N_ENCRYPTION_KEY',
  'APP_KEY',
  'JWT_SECRET',
  'SECRET_KEY_BASE',
  'REDIS_PASS',
  'PGPASSWORD',
  'private-key',
  'AWS_SECRET_ACCESS_KEY',
  'WORDPRESS_AUTH_SALT',
  'smtp.password',
  'MASTER_KEY',
  'accessKey',
  'CREDENTIALS',
  'requirepass',
]
const VALUES = [
  'hunter2secret',
  'x1',
  'Str0ng!pass',
  'a/b/c',
  '${X:-hunter2}',
  '${X:+hunter2}',
  'before-${X}',
  'yes',
  '12345',
]
/** Texts with a dollar sign, which is written twice. A shell reads the first as a variable. */
const DOLLARS = ['$$hunter2', '$$Tr0ub4dor&3', 'hunter$$2x', '$$$$hunter2']
/** Values that are filled in at deployment, or none. */
const NO_VALUES = ['${X}', '$X', '${X:?needed}', '${X:-}', '${X?}', '${X:-${Y}}', '', 'true', 'false', '$$X']

type Place = readonly [what: string, place: string, make: (name: string, value: string) => unknown]
const service = (member: object) => ({ services: { web: { image: 'nginx:1', ...member } } })
const WEB = 'definition.services.web'
const flag = (name: string) => `--${name.replace(/[._]/g, '-').toLowerCase()}`
const config = (content: string) => ({ ...service({}), configs: { app: { content } } })

/** A value after its name, in every form of a scalar, a list and a map. */
const PLACES: readonly Place[] = [
  ['a map', 'environment', (name, value) => service({ environment: { [name]: value } })],
  ['a map of another key', 'labels', (name, value) => service({ labels: { [name]: value } })],
  ['a list', 'environment[1]', (name, value) => service({ environment: ['A=1', `${name}=${value}`] })],
  ['a list with blanks', 'environment[1]', (name, value) => service({ environment: ['A=1', `${name} = ${value}`] })],
  [
    'an argument in two items',
    'command[2]',
    (name, value) => service({ command: ['redis-server', flag(name), value] }),
  ],
  [
    'an argument in one item',
    'command[1]',
    (name, value) => service({ command: ['server', `${flag(name)}=${value}`] }),
  ],
  ['an argument in a text', 'command', (name, value) => service({ command: `server ${flag(name)} ${value}` })],
  [
    'an argument with a single dash',
    'entrypoint[2]',
    (name, value) => service({ entrypoint: ['server', flag(name).slice(1), value] }),
  ],
  [
    'an assignment before a command',
    'command[2]',
    (name, value) => service({ command: ['sh', '-c', `${name}=${value} run`] }),
  ],
  ['an assignment in a text', 'command', (name, value) => service({ command: `export ${name}="${value}"; run` })],
  [
    'a health check',
    'healthcheck.test[2]',
    (name, value) => service({ healthcheck: { test: ['CMD', 'check', `${flag(name)}=${value}`] } }),
  ],
  ['an extension', 'x-a', (name, value) => service({ 'x-a': { deep: [{ [name]: value }] } })],
  ['an extension with names and values', 'x-a', (name, value) => service({ 'x-a': [{ name, value }] })],
  ['lines of a file', 'configs', (name, value) => config(`a = 1\n${name} = ${value}\n`)],
  ['YAML of a file', 'configs', (name, value) => config(`a: 1\n  ${name}: ${value}\n`)],
  ['JSON of a file', 'configs', (name, value) => config(`{"a": 1, "${name}": "${value}"}`)],
  ['XML of a file', 'configs', (name, value) => config(`<a><${name}>${value}</${name}></a>`)],
]

const issues = (definition: unknown) => {
  const checked = checkDefinition(definition)
  return checked.kind === 'invalid' ? checked.issues : []
}
const secretsOf = (definition: unknown) =>
  issues(definition)
    .filter(({ message }) => message.includes('Templates must not contain secrets'))
    .map(({ path }) => formatPath(path))

describe('secrets in a definition', () => {
  it.each(PLACES)('are found in %s, under every name', (_what, place, make) => {
    for (const name of NAMES)
      for (const value of VALUES) {
        const found = secretsOf(make(name, value))
        expect([name, value, found.length, found[0]?.includes(place)]).toEqual([name, value, 1, true])
      }
  })

  it.each(PLACES)('are not seen in %s where the value is filled in or absent', (_what, _place, make) => {
    for (const name of NAMES)
      for (const value of NO_VALUES) expect([name, value, secretsOf(make(name, value))]).toEqual([name, value, []])
  })

  it.each(PLACES.filter(([, place]) => !/^(?:command|entrypoint|healthcheck)/.test(place)))(
    'are found in %s with a dollar sign',
    (_what, place, make) => {
      for (const name of NAMES)
        for (const value of DOLLARS) {
          const found = secretsOf(make(name, value))
          expect([name, value, found.length, found[0]?.includes(place)]).toEqual([name, value, 1, true])
        }
    },
  )

  it.each<[unknown, string]>([
    [service({ command: ['redis-server', '--requirepass', 'hunter2secret'] }), `${WEB}.command[2]`],
    [{ ...service({}), secrets: { s: { content: 'hunter2' } } }, 'definition.secrets.s.content'],
    [config('password = hunter2'), 'definition.configs.app.content'],
    [config('requirepass hunter2'), 'definition.configs.app.content'],
    [service({ command: ['mysqladmin', 'ping', '-uroot', '-phunter2'] }), `${WEB}.command[3]`],
    [service({ healthcheck: { test: 'redis-cli -a hunter2 ping' } }), `${WEB}.healthcheck.test`],
    [service({ labels: { a: '-----BEGIN PGP PRIVATE KEY BLOCK-----' } }), `${WEB}.labels.a`],
    [service({ environment: { 'TOKEN=abc': 'x' } }), `${WEB}.environment["TOKEN=abc"]`],
    [service({ environment: { DB_PASS: 1234 } }), `${WEB}.environment.DB_PASS`],
  ])('are found in %j', (definition, place) => {
    expect(secretsOf(definition)).toEqual([place])
  })

  it.each<[object]>([
    [
      {
        MYSQL_ALLOW_EMPTY_PASSWORD: 'yes',
        ALLOW_EMPTY_PASSWORD: 'yes',
        MARIADB_RANDOM_ROOT_PASSWORD: '1',
        MYSQL_ALLOW_EMPTY_PASSWORD2: 'true',
      },
    ],
    [
      {
        MARIADB_ALLOW_EMPTY_ROOT_PASSWORD: 1,
        ENABLE_TOKEN_AUTH: 'on',
        DISABLE_PASSWORD_LOGIN: 'no',
        MYSQL_ONETIME_PASSWORD: 'yes',
      },
    ],
    [
      {
        PUBLIC_KEY: 'abc',
        PRIMARY_KEY: 'id',
        RECAPTCHA_SITE_KEY: 'abc',
        TLS_KEY: '/certs/tls.key',
        PASSWORD_FILE: '/run/secrets/x',
        TOKEN_TTL: '3600',
        MAX_TOKENS: '100',
      },
    ],
    [
      {
        KEYCLOAK_URL: 'http://keycloak',
        KEYBOARD: 'de',
        MONKEY: 'chimp',
        PASSENGER_APP_ENV: 'production',
        COMPASS: 'north',
      },
    ],
  ])('are not seen in the environment %j', (environment) => {
    expect(secretsOf(service({ environment }))).toEqual([])
  })
})
