import type { Bench } from '../bench.js'
import { assertInvariants } from '../entitlements/invariants.js'
import { quiesceDatabase } from '../entitlements/measure.js'
import { bodyOf, OUR_CHECK, OUR_CONSUME, type RequestKind } from '../entitlements/requests.js'
import { seedOurs } from '../entitlements/seed.js'
import { inOwnProcess, type UsageLoadPlan, type UsageLoadResult } from '../entitlements/usage-load.js'
import { findPostmaster } from '../harness/processor-meter.js'
import { familyProcessorSeconds, processorSeconds } from '../harness/process-table.js'
import { median, rounded, spread } from '../statistics.js'
import { startScaleServers, type ScaleServers } from './scale-servers.js'

/** Accounts and callers of each process. */
const ACCOUNTS = 1_000
const CALLERS = 32
const SECONDS = 4
const WARM_UP_SECONDS = 3
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5)

/** Processes, routing, and the maximum cost relative to one process. */
interface Setup {
  readonly name: string
  readonly processes: number
  readonly isRandom: boolean
  readonly max: number
}

const SETUPS: readonly Setup[] = [
  { name: 'affinity-2', processes: 2, isRandom: false, max: 1.15 },
  { name: 'affinity-4', processes: 4, isRandom: false, max: 1.25 },
  { name: 'affinity-8', processes: 8, isRandom: false, max: 1.25 },
  { name: 'random-2', processes: 2, isRandom: true, max: 1.6 },
]

/**
 * Processor time of a check and of a consumption at several processes, PostgreSQL included, relative to one process in
 * the same run. With affinity each process serves its own accounts, as HAProxy distributes them; at random every process
 * serves all accounts.
 */
export async function measureAffinity(bench: Bench): Promise<void> {
  const count = Math.max(...SETUPS.map(({ processes }) => processes))
  const servers = await startScaleServers('scale-affinity', count, {
    scopes: ['entitlements:read', 'entitlements:write'],
  })
  await seedOurs(servers.client, { from: 0, to: count * ACCOUNTS - 1 }, 20_000)
  const postmaster = await findPostmaster(servers.databaseUrl)
  for (const [what, kind] of [
    ['consume', OUR_CONSUME],
    ['check', OUR_CHECK],
  ] as const) {
    await quiesceDatabase(servers.client)
    await compare(bench, servers, postmaster, what, kind)
  }
  await assertInvariants(bench, servers.client)
  bench.holds('left running', await servers.close(), [])
}

async function compare(
  bench: Bench,
  servers: ScaleServers,
  postmaster: number,
  what: string,
  kind: RequestKind,
): Promise<void> {
  const one: Setup = { name: 'one', processes: 1, isRandom: false, max: 1 }
  const run = (setup: Setup, seconds: number) => load(bench, servers, postmaster, setup, kind, seconds)
  // One after the other: together each would serve too few requests for V8 to compile what they use.
  for (const process of servers.processes)
    await load(
      bench,
      { ...servers, processes: [process] },
      postmaster,
      { ...one, isRandom: true },
      kind,
      WARM_UP_SECONDS,
    )
  const costs = new Map<string, { ours: number[]; one: number[] }>(
    SETUPS.map(({ name }) => [name, { ours: [], one: [] }]),
  )
  for (let round = 1; round <= ROUNDS; round++)
    for (const setup of SETUPS) {
      const alone = await run(one, SECONDS)
      const ours = await run(setup, SECONDS)
      costs.get(setup.name)!.ours.push(ours.microseconds)
      costs.get(setup.name)!.one.push(alone.microseconds)
      bench.say(`${what} ${round}/${ROUNDS}: one ${describe(alone)}; ${setup.name} ${describe(ours)}`)
    }
  for (const { name, max } of SETUPS) {
    const { ours, one: alone } = costs.get(name)!
    const ratios = ours.map((cost, index) => cost / alone[index]!)
    bench.measured(
      {
        name: `scale/${name}/${what}`,
        unit: 'µs of processor',
        ours: rounded(median(ours), 0),
        peer: rounded(median(alone), 0),
        peerName: 'one process',
        ratio: rounded(median(ratios), 3),
        runs: ratios.length,
        spread: rounded(spread(ratios), 3),
      },
      { max },
    )
  }
}

interface Load {
  readonly perSecond: number
  readonly microseconds: number
  /** Part of PostgreSQL in `microseconds`. */
  readonly database: number
  readonly p99: number
}

const describe = ({ perSecond, microseconds, database, p99 }: Load): string =>
  `${perSecond.toFixed(0)}/s, ${microseconds.toFixed(0)} µs (${database.toFixed(0)} PostgreSQL), p99 ${p99.toFixed(0)} ms`

async function load(
  bench: Bench,
  { processes, token }: ScaleServers,
  postmaster: number,
  setup: Setup,
  kind: RequestKind,
  seconds: number,
): Promise<Load> {
  const used = processes.slice(0, setup.processes)
  const serverSeconds = () => used.reduce((sum, { pid }) => sum + processorSeconds(pid), 0)
  const before = { servers: serverSeconds(), database: familyProcessorSeconds(postmaster) }
  const results = await Promise.all(
    used.map((server, index) => {
      const plan: UsageLoadPlan = {
        url: server.graphqlUrl,
        token,
        steps: [{ template: bodyOf(kind), expected: kind.expected }],
        firstAccount: setup.isRandom ? 0 : index * ACCOUNTS,
        accounts: setup.isRandom ? setup.processes * ACCOUNTS : ACCOUNTS,
        connections: CALLERS,
        seconds,
      }
      return inOwnProcess<UsageLoadResult>('generator.js', plan)
    }),
  )
  const servers = serverSeconds() - before.servers
  const database = familyProcessorSeconds(postmaster) - before.database
  const answered = results.reduce((sum, result) => sum + result.answered, 0)
  for (const { wrong, sample } of results) bench.holds(`wrong answers (${sample?.slice(0, 200)})`, wrong, 0)
  return {
    perSecond: results.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0),
    microseconds: ((servers + database) * 1e6) / answered,
    database: (database * 1e6) / answered,
    p99: Math.max(...results.map(({ p99 }) => p99)),
  }
}
