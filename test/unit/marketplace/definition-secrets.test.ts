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

describe('values about secrets in a definition', () => {
  /** Words of names in front of a word that is secret or not. */
  const BEFORE = ['', 'APP_', 'MY_DB_', 'X2_']
  const SECRET_WORDS =
    'PASSWORD PASSWD PASSPHRASE SECRET TOKEN API_KEY APIKEY PRIVATE_KEY SALT_KEYS API_TOKENS MNEMONIC SUPERUSER_PW USERPASS JWT_SECRET_HEX SIGNING_KEY_1 TOKEN_V2 MASTER_KEY_BASE64'.split(
      ' ',
    )
  const named = (name: string, value: unknown) => [
    secretsOf(service({ environment: { [name]: value } })),
    secretsOf(service({ environment: [`${name}=${String(value)}`] })),
  ]

  it('are found under every name that ends in a word for secrets, also plural, numbered or with its encoding', () => {
    for (const name of BEFORE.flatMap((before) => SECRET_WORDS.map((word) => before + word)))
      for (const value of ['changeme9', '0123456789abcdef', ...(/TOKEN|API_?KEY/.test(name) ? [] : ['your-secret9'])])
        expect([name, value, ...named(name, value).map(({ length }) => length)]).toEqual([name, value, 1, 1])
  })

  it('are harmless under a name that ends in another word', () => {
    const endings =
      'EXPIRES_IN EXPIRY_TIME EXPIRY_HOURS MIN_CHARS REQUIREMENTS RESET_DISABLED REALM MODE SCOPE ISSUER AUDIENCE BACKEND HASHER ENDPOINT ENV FILE URL TTL POLICY'.split(
        ' ',
      )
    for (const word of ['PASSWORD', 'TOKEN', 'SECRET', 'API_KEY', 'SECRETS'])
      for (const ending of endings)
        for (const value of ['x9', 15, 'https://a/b'])
          expect([word, ending, ...named(`APP_${word}_${ending}`, value)]).toEqual([word, ending, [], []])
    for (const name of ['TOKENIZER', 'PASSWORDLESS', 'REDIS_PREFIX_KEY', 'COMPASS', 'BYPASS'])
      expect(named(name, 'local')).toEqual([[], []])
  })

  it('are found under a name with further words, unless the last one is of a setting', () => {
    const further =
      'OPENAI STRIPE PROD ROOT GITHUB DEV STAGING ADMIN OLD NEW REFRESH ACCESS LIVE_EU GITHUB_BOT APP_2 WEB1'.split(' ')
    const words =
      'PASSWORD PASSWD PASSPHRASE TOKEN API_TOKENS SECRET JWT_SECRET CREDENTIALS API_KEY APIKEY SECRET_KEY PRIVATE_KEY ACCESS_KEY ENCRYPTION_KEY SIGNING_KEY DB_PASS ROOT_PWD SECRET_KEY_1 SECRET_KEY_BASE'.split(
        ' ',
      )
    const settings = [15, '86400', '0.5', '5m', '1h30m', '7 days', 'PT15M', 'on', 'HS256', 'https://a/b']
    for (const [at, word] of words.entries())
      for (const [index, last] of further.entries()) {
        const name = [`${word}_${last}`, `MY_${word}_${last}`, `${word}_${last}`.toLowerCase()][(at + index) % 3]!
        const value = ['hunter2secret', 'x9', '0123456789abcdef'][index % 3]!
        expect([name, value, ...named(name, value).map(({ length }) => length)]).toEqual([name, value, 1, 1])
        const setting = settings[(at + index) % settings.length]
        expect([name, setting, ...named(name, setting)]).toEqual([name, setting, [], []])
      }
    for (const word of words)
      for (const last of 'EXPIRES_IN TTL MAX_AGE ENABLED LENGTH ALGORITHM HEADER_NAME FILE_PATH URL_2 PREFIX ROTATION_DAYS ID'.split(
        ' ',
      ))
        expect([word, last, ...named(`${word}_${last}`, 'hunter2')]).toEqual([word, last, [], []])
    expect(secretsOf(config('dbPasswordProd: hunter2\n'))).toHaveLength(1)
    expect(named('API_KEY_OPENAI', 'your-api-key')).toEqual([[], []])
  })

  it('are found as keys of services of models under every name', () => {
    for (const key of ['sk-', 'sk-proj-', 'sk-ant-', 'sk-or-v1-']) {
      for (const value of [key + 'aB3d'.repeat(5), key + 'a1b2c3d4e5f6'.repeat(4)])
        expect([value, ...named('MODEL', value).map(({ length }) => length)]).toEqual([value, 1, 1])
      for (const value of [`${key}short`, `${key}${'x'.repeat(24)}`, `ta${key}${'a1'.repeat(12)}`])
        expect([value, ...named('MODEL', value)]).toEqual([value, [], []])
    }
  })

  it('are found where a value only begins like a place or a placeholder', () => {
    const values =
      'env-S3cret! ENVhunter2 environment9 {{hunter2 ${{hunter2 {{x}}hunter2 %(hunter2 %(x)hunter2 hunter2.key hunter2.json process.environ9 os.environ9 getenv9x your4f9c8e7d6a5b yourHunter2 replace4f9c8e7d'
        .split(' ')
        .map((value) => value.replaceAll('$', '$$$$'))
    for (const name of ['POSTGRES_PASSWORD', 'API_TOKEN', 'OPENAI_API_KEY'])
      for (const value of values)
        expect([name, value, ...named(name, value).map(({ length }) => length)]).toEqual([name, value, 1, 1])
    for (const value of [
      '{{ .Env.X }}',
      '{{x}}',
      '{{env "X"}}',
      '%(X)s',
      'ENV[X]',
      'ENV(X)',
      'env.X',
      'env:X',
      'certs/a.key',
    ])
      expect([value, ...named('POSTGRES_PASSWORD', value)]).toEqual([value, [], []])
    for (const value of ['your-key', 'yourapikey', 'YOUR_TOKEN', 'replace-me', 'replaceme'])
      expect([value, ...named('API_TOKEN', value)]).toEqual([value, [], []])
  })

  it('are harmless as a number of secrets', () => {
    for (const name of [
      'LIMITER_GET_TOKEN',
      'ACCOUNT_MAX_PASSWORDS',
      'MIN_SECRET',
      'CONTEXT_TOKENS',
      'TOKEN_LIMIT_KEY',
    ])
      for (const value of [3, '1000']) expect([name, ...named(name, value)]).toEqual([name, [], []])
  })

  it('are harmless as a place, an expression, a placeholder or a constant around a variable', () => {
    const places = ['/run/secrets/db', 'file:///x', '${T:-file:///x}', 'config/private.pem', './certs/a.key']
    const around = ['base64:${K}', 'Bearer ${K}', 'Basic ${K}', '{"default":"${K}"}', '["${K}","${L}"]', '$(cat /x)']
    for (const word of ['PASSWORD', 'TOKEN', 'SECRET_KEY', 'API_KEY'])
      for (const value of [...places, ...around, 'user_provided'])
        expect([word, value, ...named(`APP_${word}`, value)]).toEqual([word, value, [], []])
    for (const word of ['API_KEY', 'TOKEN', 'CLIENT_SECRET'])
      for (const value of ['sk-xxxx', 'xxxxxxxx', '${K:-your-api-key}', '<your key>', 'paste-it-here'])
        expect([word, value, ...named(`OPENAI_${word}`, value)]).toEqual([word, value, [], []])
  })

  it('are harmless where code reads the environment', () => {
    const expressions = [
      'os.getenv("KEY")',
      'os.environ["KEY"]',
      'os.environ/KEY',
      'process.env.KEY',
      "Deno.env.get('KEY')",
      'env:KEY',
      '{{ .Env.KEY }}',
      'ENV["KEY"]',
      'System.get_env("KEY")',
      'makeKey(other)',
    ]
    for (const name of ['SECRET_KEY', 'password', 'apiKey'])
      for (const expression of expressions)
        for (const content of [
          `${name} = ${expression}\n`,
          `  ${name}: ${expression}\n`,
          `{"${name}": "${expression}"}`,
        ])
          expect([content, secretsOf(config(content))]).toEqual([content, []])
  })

  it('are found as a user and a password, and as random bytes', () => {
    for (const [name, value, count] of [
      ['NEO4J_AUTH', 'neo4j/letmein1', 1],
      ['NEO4J_AUTH', 'none', 0],
      ['NEO4J_AUTH', 'neo4j/${P}', 0],
      ['BASIC_AUTH', 'admin:letmein1', 1],
      ['SMTP_AUTH', 'login', 0],
      ['X_AUTH', '/etc/auth', 0],
      ['CREDS_IV', '0123456789abcdef', 1],
      ['CREDS_IV', 'four', 0],
    ] as const)
      expect([name, value, ...named(name, value).map(({ length }) => length)]).toEqual([name, value, count, count])
    expect(secretsOf(service({ command: ['run', '-rpcauth=me:0123456789abcdef'] }))).toHaveLength(1)
    expect(secretsOf(service({ command: ['run', '--uipassword_env=APP_PASSWORD'] }))).toEqual([])
    expect(secretsOf(service({ command: 'run --keys-directory /data --generate-keys -c x' }))).toEqual([])
    expect(secretsOf(config('<a><!-- as <password>qwerty</password> --><password></password></a>'))).toEqual([])
    expect(secretsOf(config('<a><!-- x --><password>qwerty</password></a>'))).toHaveLength(1)
    expect(secretsOf(config('input_cost_per_token: 0.0001\ntoken: ReplaceConfig\n'))).toEqual([])
  })
})
