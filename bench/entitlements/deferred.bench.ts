import type { Bench } from '../bench.js'
import { createProcessorMeter, findPostmaster } from '../harness/processor-meter.js'
import { projectFolder } from '../harness/project.js'
import { startBenchServer } from './bench-server.js'
import { rounded } from '../statistics.js'
import { bodyOf, OUR_CONSUME } from './requests.js'
import { seedOurs } from './seed.js'
import { usageLoad } from './usage-load.js'

/** Folder of another version with its dependencies, for example a worktree of an older commit. */
const BASELINE = process.env['BENCH_BASELINE']
const ACCOUNTS = 1_000
const CALLERS = 8
const LOAD_SECONDS = Number(process.env['BENCH_SECONDS'] ?? 15)
const IDLE_SECONDS = 30
/** Figures follow within seconds, and the chain of the ledger within a minute. */
const AFTER_SECONDS = 80

const wait = (seconds: number) => new Promise((wake) => setTimeout(wake, seconds * 1000))

/**
 * Processor time of a consumption while it is requested, and of what it leaves to the background: that of the 80 seconds after a load, less that of an
 * idle server. With `BENCH_BASELINE` also of another version, before ours. Each has its own PostgreSQL.
 */
export async function benchmarkDeferredWork(bench: Bench): Promise<void> {
  const peer = BASELINE ? await measure(bench, 'baseline', BASELINE) : null
  const ours = await measure(bench, 'stackgate', projectFolder)
  const units = { idle: 'ms of processor time a second', requested: 'µs', deferred: 'µs', share: '%' } as const
  for (const name of ['idle', 'requested', 'deferred', 'share'] as const)
    bench.measured(
      {
        name: `deferred/${name}`,
        unit: units[name],
        ours: rounded(ours[name], 1),
        peer: peer && rounded(peer[name], 1),
        peerName: peer && 'baseline',
        ratio: peer && rounded(peer[name] / ours[name], 2),
        runs: 1,
        spread: 0,
      },
      {},
    )
}

async function measure(bench: Bench, name: string, folder: string) {
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
  await usageLoad({ ...plan, seconds: LOAD_SECONDS }, meter)
  await client.query('checkpoint')
  await wait(AFTER_SECONDS)
  const during = async (seconds: number) => {
    const used = meter.seconds()
    await wait(seconds)
    return meter.seconds() - used
  }
  const idle = (await during(IDLE_SECONDS)) / IDLE_SECONDS
  const load = await usageLoad({ ...plan, seconds: LOAD_SECONDS }, meter)
  bench.holds(`${name}: wrong answers`, load.wrong, 0)
  const after = await during(AFTER_SECONDS)
  const deferred = ((after - idle * AFTER_SECONDS) * 1e6) / load.answered
  bench.say(`${name}: ${load.answered} consumptions, ${deferred.toFixed(0)} µs deferred of each`)
  await client.end()
  bench.holds(`${name}: left running`, await server.stop(), [])
  return { idle: idle * 1000, requested: load.microseconds, deferred, share: (deferred * 100) / load.microseconds }
}
