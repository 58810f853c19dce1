import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import type { Bench } from '../bench.js'
import { startHelper, type HelperProcess } from '../harness/helper-process.js'
import { processorSeconds } from '../harness/process-table.js'
import { median, rounded, spread } from '../statistics.js'
import { seedHistory } from './seed.js'
import { measureAlone, withFleet } from './agent-fleet.js'

const AGENTS = 20
const HISTORY = 100_000
/** A deployment whose agent plays no part. */
const LATEST = AGENTS

/** Measures the round trip of a command, and the effect of a long history on reads of the latest commands. */
export const benchmarkAgents = (bench: Bench): Promise<void> =>
  withFleet(bench, AGENTS, async ({ server, pool, url, serviceKey, fleet }) => {
    const peer = startHelper('agents/peers/pg-boss.js', 'agents-pg-boss', { DATABASE_URL: server.databaseUrl() })
    await roundTrip(bench, fleet, peer)
    await expense(bench, fleet, pool, server.pid)
    await peer.stop()
    await latestState(bench, pool, url, serviceKey)
  })

/** Enqueue, lease, report, subscriber, ten at a time; against a job library that adds, fetches and completes. */
async function roundTrip(bench: Bench, fleet: HelperProcess, peer: HelperProcess): Promise<void> {
  const effort = { workers: 10, seconds: 5 }
  const under = async () => ({
    ours: (await fleet.ask<{ perSecond: number }>({ ask: 'round trips', ...effort })).perSecond,
    peer: (await peer.ask<{ perSecond: number }>(effort)).perSecond,
  })
  await under()
  const pairs: { ours: number; peer: number }[] = []
  for (let round = 1; round <= 7; round++) {
    const pair = await under()
    pairs.push(pair)
    bench.say(`round-trip ${round}/7: ours ${pair.ours.toFixed(0)}/s, pg-boss ${pair.peer.toFixed(0)}/s`)
  }
  const ratios = pairs.map(({ ours, peer: theirs }) => ours / theirs)
  bench.measured(
    {
      name: 'agents/round-trip',
      unit: 'commands/s',
      ours: rounded(median(pairs.map(({ ours }) => ours)), 0),
      peer: rounded(median(pairs.map(({ peer: theirs }) => theirs)), 0),
      peerName: 'pg-boss',
      ratio: rounded(median(ratios), 3),
      runs: ratios.length,
      spread: rounded(spread(ratios), 3),
    },
    { min: 0.5 },
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
  const query = `{ deployment(hash: "bench_${LATEST}") { latestCommands { id type appCode status finishedAt } } }`
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
