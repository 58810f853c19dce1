import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSchema, parse, validate } from 'graphql'
import { readConfig } from '#services/kernel/config/config.js'
import { startupBanner } from '#startup/startup-banner.js'
import { itUnless } from '#test/support/skip.js'

const SYSTEM_NODE = '/usr/bin/node'
/** Why the Node of this machine cannot be used as an older one. */
const systemNode = Number(/^v(\d+)/.exec(spawnSync(SYSTEM_NODE, ['--version'], { encoding: 'utf8' }).stdout)?.[1] ?? 99)
const systemNodeIssue = systemNode < 22 ? null : 'this machine has no Node older than 22'

describe('Files of the repository', () => {
  it('include a reference agent with a help text', () => {
    const end = spawnSync(process.execPath, ['examples/agent/main.ts', '--help'], { encoding: 'utf8' })
    expect([end.status, end.stderr]).toEqual([0, expect.stringMatching(/^Usage: node examples\/agent\/main\.ts/m)])
    expect(end.stderr).not.toMatch(/\n\s+at /)
  })

  itUnless(systemNodeIssue)('name the Node that the server needs, if it is started with an older one', () => {
    const end = spawnSync(SYSTEM_NODE, ['dist/src/main.js'], { encoding: 'utf8' })
    expect([end.status, end.stderr]).toEqual([
      1,
      expect.stringMatching(
        /^stackgate: The server needs Node 22 or later, and this is Node \S+\. npm start brings its own Node\.\n$/,
      ),
    ])
  })

  it('begin with a query that fits each catalog, and name no feature of one', () => {
    const businessTime = new Date('2026-01-15T10:00:00Z')
    const text = startupBanner({ config: readConfig({}), sandboxUrl: null, token: 'a-token', businessTime })
    const [query] = /^ +\{ viewer .*\}$/m.exec(text)!
    expect(validate(buildSchema(readFileSync('src/schema/schema.graphql', 'utf8')), parse(query))).toEqual([])
    expect(query).not.toContain('deploymentsLeft')
  })

  it('exclude backups and Compose secrets from git', () => {
    const ignored = readFileSync('.gitignore', 'utf8').split('\n')
    expect(ignored).toEqual(expect.arrayContaining(['*.backup', 'deploy/secrets/']))
  })

  it('write new secrets, with which the server starts as soon as the keys of Stripe are added', () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'stackgate-secrets-')), 'secrets')
    const write = () => spawnSync('deploy/new-secrets.sh', [folder], { encoding: 'utf8' })
    expect(write().status).toBe(0)
    const named = (text: string) => [...text.matchAll(/file: secrets\/(\w+)/g)].map(([, name]) => name!)
    expect(readdirSync(folder).toSorted()).toEqual(named(readFileSync('deploy/compose.yaml', 'utf8')).toSorted())
    const read = (name: string) => readFileSync(join(folder, name), 'utf8')
    expect([read('secrets_key'), read('database_password')]).toEqual(
      Array(2).fill(expect.stringMatching(/^[0-9a-f]{64}$/)),
    )
    expect(read('secrets_key')).not.toBe(read('database_password'))
    expect(read('database_url')).toBe(`postgres://stackgate:${read('database_password')}@postgres:5432/stackgate`)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    const before = read('secrets_key')
    expect(write()).toMatchObject({ status: 1, stderr: expect.stringContaining('in use') })
    expect(read('secrets_key')).toBe(before)
    const env = () =>
      Object.fromEntries(
        readFileSync('deploy/environment.example', 'utf8')
          .split('\n')
          .filter((line) => /^\w+=/.test(line))
          .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const)
          .map(([name, value]) => [name, value.replace('/etc/stackgate/', `${folder}/`)] as const),
      )
    expect(() => readConfig(env())).toThrow(/STRIPE_SECRET_KEY_FILE: .* is empty/)
    writeFileSync(join(folder, 'stripe_secret_key'), 'sk_test_1')
    writeFileSync(join(folder, 'stripe_webhook_secret'), 'whsec_1')
    expect(readConfig(env())).toMatchObject({
      mode: 'test',
      issuers: [{ issuer: 'https://id.example.com/' }],
      warnings: [],
    })
  })

  it('do not start a server by Compose without a key set for user tokens', () => {
    expect(readFileSync('deploy/compose.yaml', 'utf8')).toMatch(
      /AUTH_JWKS_URL: \$\{AUTH_JWKS_URL:\?.*nobody can sign in\}/,
    )
  })
})
