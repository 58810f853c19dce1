import { spawn } from 'node:child_process'
import { chmodSync, existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { eventually } from '../support/test-server.js'
import { describeUnless } from '../support/skip.js'

const noProcessTable = existsSync('/proc/self/environ') ? null : 'the process table has no environments here'

/** Processes whose environment or command line names the folder. */
function processesOf(folder: string): number[] {
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return ''
    }
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => `${read(`/proc/${pid}/environ`)}${read(`/proc/${pid}/cmdline`)}`.includes(folder))
    .map(Number)
}

/** The group of processes of jest, which it leads as the child of a run that has begun last. */
const groupOf = (parent: number): number =>
  Math.max(
    ...readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8')
      .trim()
      .split(' ')
      .map(Number)
      .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('jest/bin/jest.js')),
  )

describeUnless(noProcessTable)('Interrupted npm test', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-runner-'))
    chmodSync(folder, 0o755)
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const spawnRun = (files: string | readonly string[], env: Record<string, string> = {}) => {
    const child = spawn(process.execPath, ['test/run.mjs', ...[files].flat()], {
      env: { ...process.env, TMPDIR: folder, STACKGATE_TEST_DATA: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
    return { child, ended, said: () => stdout, results: () => stderr }
  }
  /** A run of a file that no other run finds. */
  const runFile = (name: string, env: Record<string, string> = {}) =>
    spawnRun(['--testMatch', `**/test/support/runner-files/${name}.mjs`], env)
  /** A run that has come as far as its PostgreSQL. */
  const startRun = async () => {
    const run = spawnRun('test/unit/kernel')
    await eventually(
      () => globSync(join(folder, '*/*/postgres/postmaster.pid')),
      (files) => files.length > 0,
    )
    return run
  }

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('reports %s, exits with %i and leaves nothing behind', async (signal, code) => {
    const run = await startRun()
    run.child.kill(signal)
    expect(await run.ended).toBe(code)
    expect(run.said().trim()).toBe(`interrupted by ${signal}: the tests did not finish, so there is no result`)
    expect([processesOf(folder), readdirSync(folder)]).toEqual([[], []])
  })

  it('leaves nothing behind after kill -9', async () => {
    const run = await startRun()
    run.child.kill('SIGKILL')
    await eventually(
      () => [processesOf(folder), readdirSync(folder)],
      (left) => left.flat().length === 0,
    )
  })

  it('reports the files that had ended when jest is killed', async () => {
    const run = await startRun()
    const results = await eventually(
      () => globSync(join(folder, '*/results.jsonl')).map((path) => readFileSync(path, 'utf8')),
      ([text]) => text?.includes('"file"') ?? false,
    )
    expect(results).toHaveLength(1)
    process.kill(-groupOf(run.child.pid!), 'SIGKILL')
    expect(await run.ended).toBe(1)
    expect(run.said()).toMatch(/^failed: the run was ended by SIGKILL before \d+ files had begun$/m)
    expect(run.said().trim()).toMatch(/\n[1-9]\d* passed, [1-9]\d* failed$/)
  })

  it('leaves out what would begin in the last minutes, and fails if that is too much', async () => {
    const run = spawnRun('test/unit/kernel/for-each-concurrently', { STACKGATE_TEST_MINUTES: '5' })
    expect(await run.ended).toBe(1)
    expect(run.said().trim().split('\n')).toEqual([
      'failed: 1 of 1 files would have begun in the last minutes',
      'skipped: test/unit/kernel/for-each-concurrently.test.ts (it would have begun in the last of 5 minutes)',
      '',
      '0 passed, 1 failed',
    ])
  })

  it('kills a file that takes too long', async () => {
    const slow = 'test/unit/marketplace/hostile-definitions'
    const run = spawnRun(slow, { STACKGATE_TEST_FILE_SECONDS: '0.5' })
    expect(await run.ended).toBe(1)
    expect(run.said().trim().split('\n')).toEqual([
      `failed: ${slow}.test.ts: the file could not be run`,
      '',
      '0 passed, 1 failed',
    ])
  })

  it.each([
    ['the file ended', {}],
    ['the file was killed', { STACKGATE_TEST_FILE_SECONDS: '0.001' }],
  ])('ends, and ends the processes that a file left when %s', async (_, env) => {
    const run = runFile('leaves-processes', env)
    expect(await run.ended).toBe(1)
    expect(run.said()).toContain('failed: test/support/runner-files/leaves-processes.mjs: ')
    expect([processesOf(folder), readdirSync(folder)]).toEqual([[], []])
  })

  it('prints results, and nothing that a package writes to the console', async () => {
    const run = runFile('writes-notices')
    expect(await run.ended).toBe(0)
    expect(run.said()).toBe('\n1 passed, 0 failed\n')
    const lines = stripVTControlCharacters(run.results()).split('\n')
    expect(
      lines.filter((line) => !/^(?:$|PASS |Test Suites: |Tests: |Snapshots: |Time: |Ran all )/.test(line)),
    ).toEqual([])
  })
})
