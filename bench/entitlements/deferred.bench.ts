import type { Bench } from '../bench.js'
import { createProcessorMeter, findPostmaster } from '../harness/processor-meter.js'
import { projectFolder } from '../harness/project.js'
import { startBenchServer } from './bench-server.js'
import { median, rounded, spread } from '../statistics.js'
import { bodyOf, OUR_CONSUME } from './requests.js'
import { seedOurs } from './seed.js'
import { usageLoad } from './usage-load.js'

/** Folder of another version with its dependencies, for example a worktree of an older commit. */
const BASELINE = process.env['BENCH_BASELINE']
const ACCOUNTS = 1_000
const CALLERS = 8
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5)
const ROUND_SECONDS = 4
const WARM_UP_SECONDS = 8
const IDLE_SECONDS = 30
/** Figures follow within seconds, and the chain of the ledger within a minute. */
const AFTER_SECONDS = Number(process.env['BENCH_AFTER'] ?? 70)

const wait = (seconds: number) => new Promise((wake) => setTimeout(wake, seconds * 1000))

/**
 * Processor time of a consumption while it is requested, and of what it leaves to the background: that of the time after the loads, less that of an idle
 * server. With `BENCH_BASELINE` also of another version, in turn. Each has its own PostgreSQL.
 */
export async function benchmarkDeferredWork(bench: Bench): Promise<void> {
  const ours = await startSide(bench, 'stackgate', projectFolder)
  const peer = BASELINE ? await startSide(bench, 'baseline', BASELINE) : null
  const sides = peer ? [ours, peer] : [ours]
  for (const side of sides) await side.load(WARM_UP_SECONDS)
  await wait(AFTER_SECONDS)
  const idle = await during(sides, IDLE_SECONDS)
  const requested = new Map<Side, number[]>(sides.map((side) => [side, []]))
  const answered = new Map<Side, number>()
  for (let round = 0; round < ROUNDS; round++)
    for (const side of sides) {
      const result = await side.load(ROUND_SECONDS)
      requested.get(side)!.push(result.microseconds)
      answered.set(side, (answered.get(side) ?? 0) + result.answered)
    }
  const after = await during(sides, AFTER_SECONDS)
  const figuresOf = (side: Side) => {
    const deferred = ((after.get(side)! - (idle.get(side)! / IDLE_SECONDS) * AFTER_SECONDS) * 1e6) / answered.get(side)!
    return {
      idle: (idle.get(side)! * 1000) / IDLE_SECONDS,
      requested: median(requested.get(side)!),
      deferred,
    }
  }
  const [own, other] = [figuresOf(ours), peer && figuresOf(peer)]
  bench.say(`consumptions: ${[...answered.values()].join(' and ')}`)
  const units = { idle: 'ms of processor time a second', requested: 'µs', deferred: 'µs' } as const
  for (const name of ['idle', 'requested', 'deferred'] as const)
    bench.measured(
      {
        name: `deferred/${name}`,
        unit: units[name],
        ours: rounded(own[name], 1),
        peer: other && rounded(other[name], 1),
        peerName: other && 'baseline',
        ratio: other && rounded(other[name] / own[name], 2),
        runs: ROUNDS,
        spread: name === 'requested' ? rounded(spread(requested.get(ours)!), 3) : 0,
      },
      {},
    )
  for (const { stop } of sides) await stop()
}

interface Side {
  readonly seconds: () => number
  readonly load: (seconds: number) => Promise<{ readonly microseconds: number; readonly answered: number }>
  readonly stop: () => Promise<void>
}

/** Processor time of the sides in a time without requests. */
async function during(sides: readonly Side[], seconds: number): Promise<Map<Side, number>> {
  const used = sides.map((side) => side.seconds())
  await wait(seconds)
  return new Map(sides.map((side, index) => [side, side.seconds() - used[index]!]))
}

async function startSide(bench: Bench, name: string, folder: string): Promise<Side> {
  const { server, client, token } = await startBenchServer(`entitlements-deferred-${name}`, { folder })
  await seedOurs(client, { from: 0, to: ACCOUNTS - 1 }, 10_000)
  const meter = createProcessorMeter(server.pid, await findPostmaster(server.databaseUrl()))
  const plan = {
    url: server.graphqlUrl,
    token,
    steps: [{ template: bodyOf(OUR_CONSUME), expected: OUR_CONSUME.expected }],
    firstAccount: 0,
    accounts: ACCOUNTS,
    connections: CALLERS,
  }
  return {
    seconds: () => meter.seconds(),
    load: async (seconds) => {
      const result = await usageLoad({ ...plan, seconds }, meter)
      bench.holds(`${name}: wrong answers`, result.wrong, 0)
      return result
    },
    stop: async () => {
      await client.end()
      bench.holds(`${name}: left running`, await server.stop(), [])
    },
  }
}
