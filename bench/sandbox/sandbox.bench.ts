import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../bench.js'
import { benchFolder, builtModule } from '../harness/project.js'
import { rounded, spread } from '../statistics.js'
import { startSandboxProcess } from './sandbox-process.js'
import { measureYear } from './year.js'

const STARTS = 5

interface Conformance {
  runAgainstSandbox: (
    steps: readonly unknown[],
    options: { now: number },
  ) => Promise<{ played: unknown[]; violations: string[] }>
}

/** Payment sandbox: its conformance to Stripe's schemas, its start time, and the speed of a simulated year. */
export async function benchmarkSandbox(bench: Bench): Promise<void> {
  const folder = join(benchFolder, 'sandbox')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await countViolations(bench)
  await measureStart(bench, folder)
  await measureYear(bench)
}

/** Scenario of all objects, with every response and event checked against the schemas of the installed SDK. */
async function countViolations(bench: Bench): Promise<void> {
  const { SCENARIO } = await builtModule<{ SCENARIO: readonly unknown[] }>(
    '../../packages/sandbox/dist/conformance/scenario.js',
  )
  const { runAgainstSandbox } = await builtModule<Conformance>(
    '../../packages/sandbox/dist/conformance/run-against-sandbox.js',
  )
  const now = Date.parse('2026-01-31T10:00:00Z') / 1000
  const one = await runAgainstSandbox(SCENARIO, { now })
  const other = await runAgainstSandbox(SCENARIO, { now })
  bench.holds('at least 60 steps', one.played.length >= 60, true)
  bench.holds('the same scenario played again', other.played, one.played)
  const violations = [...one.violations, ...other.violations]
  for (const violation of violations.slice(0, 10)) bench.say(violation)
  bench.say(`${one.played.length} steps`)
  const found = { name: 'sandbox/violations', unit: 'violations', ours: violations.length }
  bench.measured({ ...found, peer: null, peerName: null, ratio: null, runs: 2, spread: 0 }, { max: 0 })
}

/** Each time with a new data folder; the worst counts. */
async function measureStart(bench: Bench, folder: string): Promise<void> {
  const runs: number[] = []
  for (let run = 1; run <= STARTS; run += 1) {
    const sandbox = await startSandboxProcess(join(folder, `start-${run}`))
    runs.push(sandbox.startSeconds)
    bench.holds('left running', await sandbox.stop(), [])
  }
  bench.say(`starts: ${runs.map((run) => run.toFixed(2)).join(', ')} s`)
  const found = { name: 'sandbox/start', unit: 's', ours: rounded(Math.max(...runs), 3) }
  bench.measured(
    { ...found, peer: null, peerName: null, ratio: null, runs: STARTS, spread: rounded(spread(runs), 3) },
    { max: 0.5 },
  )
}
