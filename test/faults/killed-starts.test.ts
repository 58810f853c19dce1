import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { childEnvironment } from '#test/support/child-environment.js'
import { freePort } from '#test/support/free-port.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { eventually } from '#test/support/test-server.js'

/** Programs that the command line of a process names, with the folder of a server. */
const processesOf = (folder: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return words.includes(folder) ? [`${pid} ${words.slice(0, 100)}`] : []
      } catch {
        return []
      }
    })

/** Steps of a start, as it says them. The moment of the end is a random one after a step. */
const STEPS = ['Starting PostgreSQL', 'Starting the payment sandbox', 'Stackgate is ready'] as const
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const
/** A start takes about so long between two steps. */
const STEP_MS = 600

describe('A start that is interrupted', () => {
  const random = createSeededRandom(Date.now() % 1_000_000)
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-killed-starts-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(STEPS.flatMap((step) => SIGNALS.map((signal) => [step, signal] as const)))(
    'leaves no process behind: after "%s", by %s to its group',
    async (step, signal) => {
      const child = spawn(process.execPath, ['dist/src/main.js'], {
        env: {
          ...childEnvironment,
          DATA_DIR: folder,
          PORT: String(await freePort()),
          SANDBOX_PORT: String(await freePort()),
          DASHBOARD: 'off',
          DOCS: 'off',
        },
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let said = ''
      for (const output of [child.stdout, child.stderr])
        output.on('data', (chunk: Buffer) => (said += chunk.toString()))
      const ended = new Promise((resolve) => child.once('exit', resolve))
      await eventually(
        () => said.includes(step) || child.exitCode !== null,
        (hasBegun) => hasBegun,
      )
      expect([child.exitCode, said]).toEqual([null, expect.stringContaining(step)])
      await pause(random.next() * STEP_MS)
      process.kill(-child.pid!, signal)
      await ended
      await eventually(
        () => processesOf(folder),
        (left) => left.length === 0,
      )
    },
  )
})
