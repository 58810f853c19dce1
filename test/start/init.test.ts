import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { parse } from 'yaml'
import { installedModules, MODULE_NAMES } from '#modules/installed-modules.js'
import { readConfig } from '#services/kernel/config/config.js'
import { childEnvironment } from '#test/support/child-environment.js'
import { itUnless } from '#test/support/skip.js'
import { eventually, freePort } from '#test/support/test-server.js'

const PROGRAM = join(process.cwd(), 'dist/src/cli/stackgate.js')
const FILES = [
  'catalog.yaml',
  '.env',
  'compose.yaml',
  'secrets/database_password',
  'secrets/database_url',
  '.gitignore',
]

interface Compose {
  readonly services: Record<string, Record<string, unknown>>
  readonly secrets: Record<string, unknown>
  readonly volumes: Record<string, unknown>
}

describe('stackgate init', () => {
  let parent: string
  let folder: string
  beforeAll(() => (parent = mkdtempSync(join(tmpdir(), 'stackgate init '))))
  afterAll(() => rmSync(parent, { recursive: true, force: true }))
  let count = 0
  beforeEach(() => {
    folder = join(parent, `My Shop ${(count += 1)}`)
  })

  const init = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'init', ...args], {
      encoding: 'utf8',
      cwd: parent,
      env: { ...childEnvironment },
    })
    return { status, stdout, stderr }
  }
  const read = (path: string) => readFileSync(join(folder, path), 'utf8')
  const modeOf = (path: string) => (statSync(join(folder, path)).mode & 0o777).toString(8)
  const settings = () => parseEnv(read('.env'))

  it('writes a project whose server starts', async () => {
    const port = await freePort()
    expect(init(folder, '--yes', '--port', String(port))).toMatchObject({ status: 0, stderr: '' })
    const child = spawn(process.execPath, [PROGRAM], {
      cwd: folder,
      env: { ...childEnvironment, SANDBOX_PORT: String(await freePort()), DASHBOARD: 'off' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
    try {
      await eventually(
        () => [said.includes('Stackgate is ready'), child.exitCode],
        ([isReady, code]) => isReady === true || code !== null,
      )
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ installation { business mode } plans { code } }' }),
      })
      expect([said.includes('Stackgate is ready'), await response.json()]).toEqual([
        true,
        {
          data: {
            installation: { business: 'my-shop-1', mode: 'SANDBOX' },
            plans: [{ code: 'free' }, { code: 'pro' }],
          },
        },
      ])
      expect(existsSync(join(folder, '.stackgate'))).toBe(true)
    } finally {
      await stop(child)
    }
  })

  it.each(['ledger', 'billing', 'marketplace'] as const)('takes the modules of the product %s', async (product) => {
    expect(init(folder, '--yes', '--product', product).status).toBe(0)
    const modules = await installedModules(readConfig(settings()).modules)
    const sold = { ledger: [1, false], billing: [5, true], marketplace: [MODULE_NAMES.length, true] }[product]
    expect([modules.length, modules.some(({ name }) => name === 'billing')]).toEqual(sold)
    expect(init(folder, '--yes', '--force', '--product', 'ledger').status).toBe(0)
    expect(settings()['MODULES']).toBe('core')
  })

  it('generates secrets that only their owner can read, and prints none', () => {
    const { status, stdout, stderr } = init(folder, '--yes', '--json')
    const { folder: written, files, next } = JSON.parse(stdout) as Record<string, unknown>
    expect([status, written, next]).toEqual([
      0,
      folder,
      [expect.stringMatching(/^cd 'My Shop \d'$/), 'npx --no stackgate'],
    ])
    expect(files).toEqual(FILES.map((path) => ({ path, state: 'created' })))
    expect(['.env', 'secrets', 'secrets/database_password', 'secrets/database_url'].map(modeOf)).toEqual([
      '600',
      '700',
      '644', // The user of the container reads it, and no other user of this machine can enter the folder.
      '600',
    ])
    const secrets = [settings()['SECRETS_KEY']!, read('secrets/database_password').trim()]
    for (const secret of secrets) {
      expect(secret).toMatch(/^[\w-]{43}$/)
      expect(stdout + stderr).not.toContain(secret)
    }
    expect(read('.gitignore').split('\n')).toEqual(expect.arrayContaining(['.env', 'secrets/', '.stackgate/']))
  })

  it('describes the PostgreSQL of the shipped compose file, for this machine only', () => {
    expect(init(folder, '--yes', '--database', 'compose', '--database-port', '5544').stdout).toContain(
      'docker compose up',
    )
    const shipped = parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true }) as Compose
    const { services, secrets, volumes } = parse(read('compose.yaml')) as Compose
    const { networks: _internal, ...postgres } = shipped.services['postgres']!
    expect(services).toEqual({ postgres: { ...postgres, ports: ['127.0.0.1:5544:5432'] } })
    expect(services['postgres']).toMatchObject({ read_only: true, cap_drop: ['ALL'], restart: 'unless-stopped' })
    expect(Object.keys(volumes)).toEqual(['postgres'])
    const named = (services['postgres']!['secrets'] as string[]).map((name) => [name, shipped.secrets[name]])
    expect(Object.entries(secrets)).toEqual(named)
    for (const [, secret] of named) expect(existsSync(join(folder, (secret as { file: string }).file))).toBe(true)
    const env = { ...settings(), DATABASE_URL_FILE: join(folder, settings()['DATABASE_URL_FILE']!) }
    const password = read('secrets/database_password').trim()
    expect(readConfig(env).databaseUrl).toBe(`postgres://stackgate:${password}@127.0.0.1:5544/stackgate`)
  })

  it('overwrites nothing without --force, and keeps secrets and settings with it', () => {
    init(folder, '--yes')
    const before = FILES.map(read)
    expect(init(folder, '--yes', '--business', 'acme')).toEqual({
      status: 2,
      stdout: '',
      stderr: `stackgate: catalog.yaml, .env, compose.yaml exist in ${folder}; --force replaces them and keeps their secrets\n`,
    })
    expect(FILES.map(read)).toEqual(before)

    const { SECRETS_KEY: key } = settings()
    writeFileSync(join(folder, '.env'), `${read('.env')}STRIPE_SECRET_KEY=sk_test_1\nMAIL_FROM="It's a shop <a@b.c>"\n`)
    const password = read('secrets/database_password')
    const forced = init(folder, '--yes', '--force', '--business', 'acme', '--database-port', '5544')
    expect([forced.status, forced.stdout]).toEqual([0, expect.stringMatching(/^replaced {2}catalog\.yaml$/m)])
    expect(read('catalog.yaml')).toContain('business: acme')
    expect(settings()).toMatchObject({
      SECRETS_KEY: key,
      STRIPE_SECRET_KEY: 'sk_test_1',
      MAIL_FROM: "It's a shop <a@b.c>",
    })
    expect([read('secrets/database_password'), modeOf('.env')]).toEqual([password, '600'])
    expect(read('secrets/database_url')).toContain(`${password.trim()}@127.0.0.1:5544`)
  })

  it('replaces a link instead of writing through it, and completes .gitignore', () => {
    mkdirSync(folder)
    const outside = join(parent, `outside ${count}`)
    writeFileSync(outside, 'A=1\n')
    symlinkSync(outside, join(folder, '.env'))
    writeFileSync(join(folder, '.gitignore'), 'build/\n.env')
    expect(init(folder, '--yes').status).toBe(2)
    expect(init(folder, '--yes', '--force').status).toBe(0)
    expect(readFileSync(outside, 'utf8')).toBe('A=1\n')
    expect(read('.gitignore')).toBe('build/\n.env\n.stackgate/\nnode_modules/\nsecrets/\n')
  })

  it.each([
    [[], '--yes is required without a terminal'],
    [['--yes', '--business', 'Ä'], 'must be 2 to 40 letters'],
    [['--yes', '--currency', 'XYZ'], 'expected an ISO 4217 currency code'],
    [['--yes', '--price', '0'], 'must be an amount'],
    [['--yes', '--price', '19.5', '--currency', 'JPY'], 'catalog.yaml'],
    [['--yes', '--port', '70000'], 'must be a port'],
    [['--yes', '--databse', 'compose'], 'Did you mean --database?'],
  ])('writes nothing for %j', (args, sentence) => {
    const { status, stdout, stderr } = init(folder, ...args)
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringContaining(sentence)])
    expect(existsSync(folder)).toBe(false)
  })

  const hasTerminals = spawnSync('script', ['--version']).status === 0
  const onTerminal = itUnless(
    hasTerminals ? null : 'the command script of util-linux, which creates a terminal, is missing',
  )
  onTerminal('asks on a terminal for what is not given', async () => {
    const said = await answer(['--price', '9.50'], ['\r', '\r', '\r', '\r', '\u001B[B\r'])
    expect(said).toContain('Code of the business')
    expect(said).not.toContain('Monthly price')
    expect(read('catalog.yaml')).toContain('month: 9.5')
    expect(settings()['DATABASE_URL_FILE']).toBe('secrets/database_url')
    expect(settings()['MODULES']).toBe('core')
  })
  onTerminal('writes nothing if the questions are canceled', async () => {
    expect(await answer([], ['\u0003'])).toContain('canceled; nothing was written')
    expect(existsSync(folder)).toBe(false)
  })

  /** Answers each question after the program has printed it. */
  async function answer(args: readonly string[], keys: readonly string[]): Promise<string> {
    const command = [process.execPath, PROGRAM, 'init', folder, ...args].map((part) => `'${part}'`).join(' ')
    const child = spawn('script', ['-qec', `stty cols 100 rows 40; ${command}`, '/dev/null'], {
      env: { ...childEnvironment, TERM: 'xterm' },
    })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const questions = [
      'What do you want to run?',
      'Code of the business',
      'Currency',
      'Port of the server',
      'PostgreSQL',
    ]
    const ended = new Promise((resolve) => child.once('close', resolve))
    try {
      for (const [index, key] of keys.entries()) {
        await eventually(
          () => said,
          (text) => text.includes(questions[index]!) || child.exitCode !== null,
        )
        child.stdin.write(key)
      }
      await ended
    } finally {
      child.kill()
    }
    return said
  }
})

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve))
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await ended
}
