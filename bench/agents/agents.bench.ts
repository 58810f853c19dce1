import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Bench, Figure } from '../bench.js'
import { forgetData } from '../house/forget-data.js'
import { startHelper, type HelperProcess } from '../house/helper-process.js'
import { startOurs, type OurServer } from '../house/our-server.js'
import { processorSeconds, residentBytes } from '../house/process-table.js'
import { benchFolder } from '../house/project.js'
import { median, rounded, spread } from '../statistics.js'
import type { Deliveries, Question } from './fleet.js'
import { deploymentId, SECRETS_KEY, seedFleet, seedHistory, seedQueue } from './seed.js'

/** How large the fleet and its past are. `BENCH_SCALE=0.01` makes a rehearsal of it, whose figures mean nothing. */
const SCALE = Number(process.env['BENCH_SCALE'] ?? 1)
const AGENTS = 10_000 * SCALE
const OLD_COMMANDS = 10_000_000 * SCALE
const HISTORY = 100_000
const POLL_SECONDS = 30
/** Deployments beyond the fleet's, whose agents do not wait. */
const [FEW, MANY, LATEST] = [AGENTS + 1, AGENTS + 2, AGENTS + 3]

/** Ten thousand agents that wait, what a command costs on its way there and back, and how little a long past matters. */
export async function benchmarkAgents(bench: Bench): Promise<void> {
  const dataDir = join(benchFolder, 'agents/data')
  await forgetData(dataDir)
  const server = await startOurs(dataDir, { SECRETS_KEY, LOG_LEVEL: 'warn' })
  const pool = new pg.Pool({ connectionString: server.databaseUrl(), max: 4 })
  const serviceKey = await seedFleet(pool, AGENTS + 3)
  const url = new URL(server.graphqlUrl).origin
  const fleet = startHelper('agents/fleet.js', 'agents-fleet', { SERVER_URL: url, SERVICE_KEY: serviceKey })
  const peer = startHelper('agents/peers/pg-boss.js', 'agents-pg-boss', { DATABASE_URL: server.databaseUrl() })

  await roundTrip(bench, fleet, peer)
  await peer.stop()
  await latestState(bench, pool, url, serviceKey)
  const shortPast = await claims(bench, fleet, pool)
  await waiting(bench, fleet, server)
  await checkFleet(bench, pool)
  await fleet.stop()
  await claimGrowth(bench, pool, shortPast, url, serviceKey)
  await pool.end()
  bench.holds('left running', await server.stop(), [])
}

const ask = <Answer>(fleet: HelperProcess, question: Question): Promise<Answer> => fleet.ask<Answer>(question)

const alone = (name: string, unit: string, runs: readonly number[], figure: number, held = median(runs)) => ({
  measure: {
    name,
    unit,
    ours: rounded(held, 3),
    peer: null,
    peerName: null,
    ratio: null,
    runs: runs.length,
    spread: rounded(spread(runs), 3),
  },
  figure: { atMost: figure } satisfies Figure,
})

/** Enqueue, lease, report, subscriber, ten at a time; against a job library that adds, fetches and completes. */
async function roundTrip(bench: Bench, fleet: HelperProcess, peer: HelperProcess): Promise<void> {
  const effort = { workers: 10, seconds: 5 }
  const under = async () => ({
    ours: (await ask<{ perSecond: number }>(fleet, { ask: 'round trips', ...effort })).perSecond,
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
    { atLeast: 0.5 },
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
  const { measure, figure } = alone('agents/latest-state', 'ms', runs.slice(20), 5)
  bench.measured(measure, figure)
}

/** Ten thousand agents: what one costs while it waits, and how fast a command reaches it. */
async function waiting(bench: Bench, fleet: HelperProcess, server: OurServer): Promise<void> {
  const before = residentBytes(server.pid)
  await ask(fleet, { ask: 'hold', agents: AGENTS, rampSeconds: POLL_SECONDS, pollSeconds: POLL_SECONDS })
  await pause(5_000)
  const perWaiter = (residentBytes(server.pid) - before) / 1000 / AGENTS
  const weight = alone('agents/kb-per-waiter', 'kB', [perWaiter], 25)
  bench.measured(weight.measure, weight.figure)

  const shares: number[] = []
  for (let run = 1; run <= 3; run++) {
    const used = processorSeconds(server.pid)
    await pause(POLL_SECONDS * 1000)
    shares.push(((processorSeconds(server.pid) - used) / POLL_SECONDS) * 100)
    const later = (residentBytes(server.pid) - before) / 1000 / AGENTS
    bench.say(`idle ${run}/3: ${shares.at(-1)!.toFixed(1)} % of a core, ${later.toFixed(1)} kB per waiter by now`)
  }
  const idle = alone('agents/idle-cpu', '% of a core', shares, 8)
  bench.measured(idle.measure, idle.figure)

  const { sent, delivered, milliseconds } = await ask<Deliveries>(fleet, {
    ask: 'deliver',
    perSecond: 200,
    seconds: 30,
  })
  bench.holds('commands that arrived', delivered, sent)
  const sorted = [...milliseconds].sort((a, b) => a - b)
  const at = (share: number) => rounded(sorted[Math.floor(sorted.length * share)] ?? Infinity, 2)
  const [p50, p99] = [at(0.5), at(0.99)]
  const { measure } = alone('agents/delivery', 'ms', milliseconds, 5)
  bench.measured({ ...measure, ours: p50, p50, p99, spread: 0 }, { atMost: 5 })
  bench.measured({ ...measure, name: 'agents/delivery-p99', ours: p99, p50, p99, spread: 0 }, { atMost: 50 })
  const state = await ask<{ failures: number; lastFailure: string }>(fleet, { ask: 'state' })
  bench.holds('calls of agents that failed', [state.failures, state.lastFailure], [0, ''])
}

/** No command was lost, run twice or left behind. */
async function checkFleet(bench: Bench, pool: pg.Pool): Promise<void> {
  await pause(1_000)
  const { rows } = await pool.query<{ status: string; attempt: number; commands: number }>(
    `select status, attempt, count(*)::int as commands from command where status <> 'SUCCEEDED' or attempt > 1 group by 1, 2`,
  )
  bench.holds('commands that are not done, or were handed out twice', rows, [])
}

const CLAIMS = { runs: 9, commands: 300 }

/** Claims a second of a deployment with a thousand old commands, before the table grows. */
async function claims(bench: Bench, fleet: HelperProcess, pool: pg.Pool): Promise<number[]> {
  await seedHistory(pool, FEW, 500_000, 1_000)
  await pool.query('vacuum (analyze) command')
  const rates = await claimRates(fleet, pool, FEW)
  bench.say(`claims with 1,000 old commands: ${rates.map((rate) => rate.toFixed(0)).join(', ')} per second`)
  return rates
}

async function claimRates(fleet: HelperProcess, pool: pg.Pool, deployment: number): Promise<number[]> {
  const rates: number[] = []
  for (let run = 0; run <= CLAIMS.runs; run++) {
    await seedQueue(pool, deployment, CLAIMS.commands)
    const seconds = await ask<number>(fleet, { ask: 'claim', deployment, count: CLAIMS.commands })
    await pool.query(`delete from command where deployment_id = $1 and status not in ('SUCCEEDED')`, [
      deploymentId(deployment),
    ])
    if (run > 0) rates.push(CLAIMS.commands / seconds) // the first warms up
  }
  return rates
}

/** The same with ten million old commands. */
async function claimGrowth(
  bench: Bench,
  pool: pg.Pool,
  shortPast: readonly number[],
  url: string,
  serviceKey: string,
): Promise<void> {
  bench.say(`seeding ${OLD_COMMANDS} old commands`)
  const step = Math.max(1, OLD_COMMANDS / 20)
  for (let done = 0; done < OLD_COMMANDS; done += step) await seedHistory(pool, MANY, 1_000_000 + done, step)
  await pool.query('vacuum (analyze) command')
  await pool.query('checkpoint')
  const fleet = startHelper('agents/fleet.js', 'agents-claims', { SERVER_URL: url, SERVICE_KEY: serviceKey })
  const rates = await claimRates(fleet, pool, MANY)
  await fleet.stop()
  bench.say(`claims with ${OLD_COMMANDS} old commands: ${rates.map((rate) => rate.toFixed(0)).join(', ')} per second`)
  const ratios = rates.map((rate, run) => rate / shortPast[run]!)
  bench.measured(
    {
      name: 'agents/claim-growth',
      unit: 'claims/s',
      ours: rounded(median(rates), 0),
      peer: rounded(median(shortPast), 0),
      peerName: 'ourselves with 1,000 old commands',
      ratio: rounded(median(rates) / median(shortPast), 3),
      runs: rates.length,
      spread: rounded(spread(ratios), 3),
    },
    { atLeast: 0.83 },
  )
}
