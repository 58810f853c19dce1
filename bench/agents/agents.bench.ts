import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import type { Bench, Figure } from '../bench.js'
import { alternate, type Run } from '../entitlements/measure.js'
import { startHelper, type HelperProcess } from '../harness/helper-process.js'
import { processorSeconds } from '../harness/process-table.js'
import { createProcessorMeter, findPostmaster, type ProcessorMeter } from '../harness/processor-meter.js'
import { seedHistory } from './seed.js'
import { measureAlone, withFleet } from './agent-fleet.js'

const AGENTS = 40
const HISTORY = 100_000
/** Concurrent workers of the additional measures. */
const CALLERS = [1, 8, 32]
const effort = { seconds: 5, warmUpSeconds: 5, rounds: Number(process.env['BENCH_ROUNDS'] ?? 7) }
/** A deployment whose agent plays no part. */
const LATEST = AGENTS

/** Measures the round trip of a command, and the effect of a long history on reads of the latest commands. */
export const benchmarkAgents = (bench: Bench): Promise<void> =>
  withFleet(bench, AGENTS, async ({ server, pool, url, serviceKey, fleet }) => {
    const peer = startHelper('agents/peers/pg-boss.js', 'agents-pg-boss', { DATABASE_URL: server.databaseUrl() })
    const postmaster = await findPostmaster(server.databaseUrl())
    const meters = {
      ours: createProcessorMeter(server.pid, postmaster),
      peer: createProcessorMeter(peer.pid, postmaster),
    }
    await roundTrip(bench, { name: 'agents/round-trip', callers: 10, figure: { min: 0.5 } }, { fleet, peer, meters })
    for (const callers of CALLERS)
      await roundTrip(
        bench,
        { name: `agents/round-trip/callers-${callers}`, callers, figure: {} },
        { fleet, peer, meters },
      )
    await expense(bench, fleet, pool, server.pid)
    await peer.stop()
    await latestState(bench, pool, url, serviceKey)
  })

interface RoundTripSides {
  readonly fleet: HelperProcess
  readonly peer: HelperProcess
  readonly meters: { readonly ours: ProcessorMeter; readonly peer: ProcessorMeter }
}

/** Enqueue, lease, report and subscriber, against a job library that adds, fetches and completes. */
async function roundTrip(
  bench: Bench,
  { name, callers, figure }: { name: string; callers: number; figure: Figure },
  { fleet, peer, meters }: RoundTripSides,
): Promise<void> {
  const side =
    (meter: ProcessorMeter, ask: (seconds: number) => Promise<{ perSecond: number; rounds: number }>) =>
    async (seconds: number): Promise<Run> => {
      const used = meter.seconds()
      const { perSecond, rounds } = await ask(seconds)
      const microseconds = ((meter.seconds() - used) * 1e6) / rounds
      return { perSecond, microseconds, note: `${microseconds.toFixed(0)} µs of processor each` }
    }
  await alternate(
    bench,
    { name, unit: 'commands/s', peerName: 'pg-boss', figure, callers },
    side(meters.ours, (seconds) => fleet.ask({ ask: 'round trips', workers: callers, seconds })),
    side(meters.peer, (seconds) => peer.ask({ workers: callers, seconds })),
    effort,
  )
}

/**
 * Cost of one command, almost independent of other load on the machine: processor time of the server, and transactions.
 */
async function expense(bench: Bench, fleet: HelperProcess, pool: pg.Pool, pid: number): Promise<void> {
  const transactions = async (): Promise<number> => {
    await pause(1_500) // they are counted a moment later
    const { rows } = await pool.query<{ count: string }>(
      `select xact_commit as count from pg_stat_database where datname = current_database()`,
    )
    return Number(rows[0]!.count)
  }
  const [before, used] = [await transactions(), processorSeconds(pid)]
  const { rounds } = await fleet.ask<{ rounds: number }>({ ask: 'round trips', workers: 10, seconds: 5 })
  const milliseconds = ((processorSeconds(pid) - used) * 1000) / rounds
  const each = ((await transactions()) - before) / rounds
  bench.say(
    `a command costs ${milliseconds.toFixed(2)} ms of the server's processor and ${each.toFixed(1)} transactions`,
  )
}

/** The latest command of every app and type, over GraphQL, with a hundred thousand behind them. */
async function latestState(bench: Bench, pool: pg.Pool, url: string, serviceKey: string): Promise<void> {
  await seedHistory(pool, LATEST, 1, HISTORY)
  await pool.query('vacuum (analyze) command')
  const query = `{ deployment(id: "bench_${LATEST}") { latestCommands { id type appCode status finishedAt } } }`
  const read = async () => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${serviceKey}` },
      body: JSON.stringify({ query }),
    })
    return (await response.json()) as { data: { deployment: { latestCommands: { id: string }[] } } }
  }
  const { data } = await read()
  bench.holds('pairs of app and type', data.deployment.latestCommands.length, 21)
  bench.holds('the newest', data.deployment.latestCommands[0]?.id, `cmd_${String(HISTORY).padStart(26, '0')}`)
  const runs: number[] = []
  for (let run = 0; run < 200; run++) {
    const begin = performance.now()
    await read()
    runs.push(performance.now() - begin)
  }
  const { measure, figure } = measureAlone('agents/latest-state', 'ms', runs.slice(20), 5)
  bench.measured(measure, figure)
}
