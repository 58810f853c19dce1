import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childEnvironment } from '#test/support/child-environment.js'

const COMMANDS = {
  start: 'dist/src/main.js',
  sandbox: 'packages/sandbox/dist/main.js',
  schema: 'dist/src/cli/print-schema.js',
  'db:schema': 'dist/src/cli/dump-database-schema.js',
  'sandbox:contract': 'packages/sandbox/dist/contract/generate/main.js',
  'sandbox:conformance': 'packages/sandbox/dist/conformance/main.js',
}

describe('Commands', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'stackgate-options-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const run = (program: string, args: readonly string[], env: Record<string, string> = {}) =>
    spawnSync(process.execPath, [program, ...args], {
      encoding: 'utf8',
      env: { ...childEnvironment, DATA_DIR: join(folder, 'data'), ...env },
    })

  it.each(Object.entries(COMMANDS))(
    'prints the help of npm run %s with --help and does nothing else',
    (_name, program) => {
      const end = run(program, ['--help'])
      expect([end.status, end.stderr]).toEqual([0, ''])
      expect(end.stdout).toMatch(/^Usage: /)
      expect(existsSync(join(folder, 'data'))).toBe(false)
    },
  )

  it.each(Object.entries(COMMANDS))('rejects unknown options and arguments of npm run %s', (_name, program) => {
    for (const argument of ['--nonsense', 'nonsense']) {
      const end = run(program, [argument])
      expect([argument, end.status]).toEqual([argument, 1])
      expect(end.stderr).toMatch(/error: (unknown option|unknown command|too many arguments)/)
    }
    expect(existsSync(join(folder, 'data'))).toBe(false)
  })

  it('checks the options of npm start before the first build without installing', () => {
    for (const file of ['start.mjs', 'bootstrap.mjs', 'machine.mjs'])
      cpSync(join('src', file), join(folder, 'src', file))
    const help = run(join(folder, 'src/start.mjs'), ['--help'])
    expect([help.status, help.stdout]).toEqual([0, expect.stringMatching(/^Usage: npm start/)])
    const wrong = run(join(folder, 'src/start.mjs'), ['--frsh'])
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining("unknown argument '--frsh'")])
  })

  it('treats npm start --fresh, which npm consumes, like npm start -- --fresh', () => {
    // An operator's own database is never deleted. The error shows that the option was applied.
    const env = { DATABASE_URL: 'postgres://127.0.0.1:1/nowhere', npm_config_fresh: 'true' }
    const end = run('src/start.mjs', [], env)
    expect([end.status, end.stderr]).toEqual([1, expect.stringContaining('--fresh deletes only the embedded database')])
  })
})

describe('Unsupported machine', () => {
  /** Starts on this machine as if it were another. */
  const startOn = (lie: string) =>
    spawnSync(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(lie)}`, 'src/start.mjs'], {
      encoding: 'utf8',
      env: { ...childEnvironment },
    })
  const set = (object: string, name: string, value: string) =>
    `Object.defineProperty(${object}, '${name}', { value: '${value}' });`

  it.each([
    ['Windows', set('process', 'platform', 'win32'), /on Windows itself: use WSL 2 .*or a container/],
    [
      'musl',
      'process.report.getReport = () => ({ header: {} });' + set('process.versions', 'node', '22.1.0'),
      /linux with musl .*Node 24 or newer and DATABASE_URL.*or use a container/,
    ],
    [
      'another processor',
      set('process', 'arch', 'riscv64'),
      /linux-riscv64: run Stackgate with Node 24 or newer and DATABASE_URL/,
    ],
    [
      'Node 18',
      set('process.versions', 'node', '18.20.4'),
      /needs Node 20 or newer to start, and this is Node 18: install a newer one/,
    ],
  ])('is rejected with one sentence and a remedy: %s', (_what, lie, sentence) => {
    const { status, stderr } = startOn(lie)
    expect([status, stderr]).toEqual([1, expect.stringMatching(sentence)])
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})
