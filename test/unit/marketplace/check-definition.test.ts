import { checkDefinition } from '#services/marketplace/templates/definition/check-definition.js'
import {
  validateRequirements,
  readServerRequirements,
} from '#services/marketplace/templates/definition/requirements.js'
import { formatPath } from '#services/kernel/validation/validation-issue.js'
import { reviewWarnings } from '#services/marketplace/templates/definition/review-warnings.js'
import { readCatalogFile } from '#services/catalog/load/read-catalog-file.js'
import { VALID_COMPOSE_FILE } from '#test/support/marketplace-client.js'

const faults = (definition: unknown) => {
  const checked = checkDefinition(definition)
  return checked.kind === 'invalid' ? checked.issues.map(({ path }) => formatPath(path)) : []
}
const web = (more: object) => ({ services: { web: { image: 'nginx:1', ...more } } })

describe('template definition', () => {
  it('is a compose file, as text or parsed, with anchors and merges', () => {
    const checked = checkDefinition(VALID_COMPOSE_FILE)
    expect(checked).toMatchObject({ kind: 'valid', definition: { services: { web: { image: 'nginx:1.27-alpine' } } } })
    expect(faults(`x-base: &base { restart: always }\nservices:\n  web: { <<: *base, image: "a:1" }`)).toEqual([])
    expect(faults({ services: { web: { image: 'nginx' } }, volumes: { data: {} } })).toEqual([])
  })

  it('is valid for every shipped template', () => {
    const { templates } = readCatalogFile('try-direct')
    expect(templates.map(({ code, definition }) => [code, faults(definition)])).toEqual(
      templates.map(({ code }) => [code, []]),
    )
    expect(templates.flatMap((one) => validateRequirements(one.infrastructureRequirements))).toEqual([])
  })

  it.each([
    ['nothing', null, ['definition']],
    ['a list', [], ['definition']],
    ['no services', {}, ['definition.services']],
    ['an empty map of services', { services: {} }, ['definition.services']],
    ['services as a list', { services: ['web'] }, ['definition.services']],
    ['a service without an image', { services: { web: {} } }, ['definition.services.web.image']],
    ['a service that is built', { services: { web: { build: '.' } } }, ['definition.services.web.build']],
    ['a service that is a text', { services: { web: 'nginx' } }, ['definition.services.web']],
    ['a name with blanks', { services: { 'the web': { image: 'a' } } }, ['definition.services["the web"]']],
    ['a port that is none', web({ ports: ['eighty'] }), ['definition.services.web.ports[0]']],
    ['a dependency that is none', web({ depends_on: ['db'] }), ['definition.services.web.depends_on[0]']],
    ['text that is no YAML', 'services: [', ['definition']],
    ['a key twice', 'services: { web: { image: a, image: b } }', ['definition']],
    [
      'a bomb of aliases',
      `a: &a [x,x]\n${'bcdefghijklm'
        .split('')
        .map((name, index) => `${name}: &${name} [${`*${'abcdefghijklm'[index]},`.repeat(9)}]`)
        .join('\n')}\nservices: { web: { image: a } }`,
      ['definition'],
    ],
    ['text that no database holds', web({ labels: { a: '\u0000' } }), ['definition']],
  ])('reports the place of %s', (_what, definition, expected) => {
    expect(faults(definition)).toEqual(expected)
  })

  it.each([
    ['a password in a map', { environment: { MYSQL_PASSWORD: 'hunter2' } }, 'environment.MYSQL_PASSWORD'],
    ['a number as a password', { environment: { DB_PASS: 1234 } }, 'environment.DB_PASS'],
    ['a default that is a password', { environment: { API_KEY: '${API_KEY:-abc123}' } }, 'environment.API_KEY'],
    ['a password in a list', { environment: ['A=1', 'SECRET_KEY_BASE=abcdef'] }, 'environment[1]'],
    ['a key of a service under any name', { environment: { MODE: 'sk_live_0123456789abcdef' } }, 'environment.MODE'],
    ['a private key', { labels: { x: '-----BEGIN RSA PRIVATE KEY-----' } }, 'labels.x'],
    [
      'a password in an address',
      { environment: { DATABASE_URL: 'postgres://me:pw@db/x' } },
      'environment.DATABASE_URL',
    ],
    ['a password in a command', { command: 'redis-server --requirepass hunter2' }, 'command'],
    ['an assignment in a command', { command: ['sh', '-c', 'TOKEN=abcdef run'] }, 'command[2]'],
    ['a signed token', { command: 'run eyJhbGciOiJI.eyJzdWIi.c2ln' }, 'command'],
  ])('rejects secrets: %s', (_what, service, place) => {
    expect(faults(web(service))).toEqual([`definition.services.web.${place}`])
  })

  it.each([
    [{ environment: { MYSQL_PASSWORD: '${MYSQL_PASSWORD}', OTHER_TOKEN: '$OTHER', EMPTY_SECRET: '' } }],
    [
      {
        environment: {
          POSTGRES_PASSWORD_FILE: '/run/secrets/db',
          TOKEN_TTL: 3600,
          MAX_TOKENS: '100',
          PASSWORD_MIN_LENGTH: 8,
        },
      },
    ],
    [{ environment: ['POSTGRES_PASSWORD=${PW:?needed}', 'DATABASE_URL=postgres://me:${PW}@db/x'] }],
    [{ secrets: ['db_password'] }],
    [{ image: 'bitnami/sealed-secrets:1', command: 'redis-server --requirepass ${REDIS_PASSWORD}' }],
  ])('accepts placeholders and values that are no secrets: %j', (service) => {
    expect(faults({ ...web(service), secrets: { db_password: { file: './db' } } })).toEqual([])
  })

  it('contains the health check of an application: path, port, expected status and interval', () => {
    const healthcheck = { test: ['CMD', 'curl', '-f', 'http://localhost:8080/health'], interval: '30s', timeout: '10s' }
    const checked = checkDefinition(web({ healthcheck }))
    expect(checked).toMatchObject({ kind: 'valid', definition: { services: { web: { healthcheck } } } })
  })

  it('states how to declare a secret instead', () => {
    const checked = checkDefinition(web({ environment: { MYSQL_PASSWORD: 'x1' } }))
    expect(checked.kind === 'invalid' && checked.issues[0]!.message).toContain('Use ${MYSQL_PASSWORD}')
  })

  it('warns the reviewer of dangerous options', () => {
    const definition = web({ privileged: true, volumes: ['/var/run/docker.sock:/x'], network_mode: 'host', image: 'a' })
    expect(reviewWarnings(definition)).toHaveLength(4)
    expect(reviewWarnings(web({}))).toEqual([])
  })
})

describe('server requirements of a template', () => {
  it.each([
    [null, []],
    [{ cpu_cores: 2, min_ram_mb: 512, supported_os: ['ubuntu'] }, []],
    ['much', ['infrastructureRequirements']],
    [{ memory_mb: '2 GB' }, ['infrastructureRequirements.memory_mb']],
    [{ min_disk_gb: -1 }, ['infrastructureRequirements.min_disk_gb']],
    [{ supported_clouds: 'aws' }, ['infrastructureRequirements.supported_clouds']],
  ])('are checked: %j', (given, expected) => {
    expect(validateRequirements(given).map(({ path }) => formatPath(path))).toEqual(expected)
  })

  it('accept both spellings', () => {
    expect(readServerRequirements({ min_ram_mb: 512, disk_gb: 5, supported_os: ['Ubuntu'] })).toEqual({
      cpuCores: null,
      memoryMb: 512,
      diskGb: 5,
      clouds: null,
      systems: ['ubuntu'],
    })
  })
})
