import { spawn } from 'node:child_process'
import { chmodSync, existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

describeUnless(noProcessTable)('Interrupted npm test', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-runner-'))
    chmodSync(folder, 0o755)
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  /** A run that has come as far as its PostgreSQL. */
  const startRun = async () => {
    const child = spawn(process.execPath, ['test/run.mjs', 'test/unit/kernel'], {
      env: { ...process.env, TMPDIR: folder, STACKGATE_TEST_DATA: folder },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let stdout = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
    await eventually(
      () => globSync(join(folder, '*/*/postgres/postmaster.pid')),
      (files) => files.length > 0,
    )
    return { child, ended, said: () => stdout }
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
})
