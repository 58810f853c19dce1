import type { Bench } from '../bench.js'
import { createProcessorMeter, findPostmaster } from '../harness/processor-meter.js'
import { startBenchServer } from './bench-server.js'
import { pooledCatalog } from './catalog.js'
import { assertInvariants } from './invariants.js'
import { alternate, quiesceDatabase, type Run } from './measure.js'
import { bodyOf, OUR_CONSUME } from './requests.js'
import { seedOurs, seedPool } from './seed.js'
import { usageLoad } from './usage-load.js'

const CHILDREN = 1_000
const PARENT = 0
const CONNECTIONS = 32
const OLD_ENTRIES = 200_000
/** Fewer rounds are for looking; their figures mean little. */
const effort = {
  seconds: Number(process.env['BENCH_SECONDS'] ?? 4),
  warmUpSeconds: Number(process.env['BENCH_SECONDS'] ?? 8),
  rounds: Number(process.env['BENCH_ROUNDS'] ?? 5),
}

/** Sub-accounts that use one pool, each with a limit of its own, against one account that uses its own units on the same server. */
export async function benchmarkPools(bench: Bench): Promise<void> {
  const { server, client, token } = await startBenchServer('entitlements-pools', { catalog: pooledCatalog() })
  await seedOurs(client, { from: PARENT, to: CHILDREN + 1 }, OLD_ENTRIES)
  await seedPool(client, PARENT, { from: 1, to: CHILDREN })
  const postmaster = await findPostmaster(server.databaseUrl())
  const side =
    (accounts: { readonly firstAccount: number; readonly accounts: number }) =>
    async (seconds: number): Promise<Run> => {
      const steps = [{ template: bodyOf(OUR_CONSUME), expected: OUR_CONSUME.expected }]
      const plan = { url: server.graphqlUrl, token, steps, ...accounts, connections: CONNECTIONS, seconds }
      const result = await usageLoad(plan, createProcessorMeter(server.pid, postmaster))
      bench.holds(`wrong answers (${result.sample?.slice(0, 200)})`, result.wrong, 0)
      return {
        perSecond: result.requestsPerSecond,
        note: `p50 ${result.p50.toFixed(1)} ms, ${result.microseconds.toFixed(0)} µs of processor each`,
        microseconds: result.microseconds,
      }
    }
  await quiesceDatabase(client)
  await alternate(
    bench,
    {
      name: 'pool/consume',
      unit: 'requests/s',
      peerName: 'consume-hot',
      // At least half of the throughput of one account.
      figure: { min: 0.5, cpuRatioAtLeast: 0.5 },
      callers: CONNECTIONS,
    },
    side({ firstAccount: 1, accounts: CHILDREN }),
    side({ firstAccount: CHILDREN + 1, accounts: 1 }),
    effort,
  )
  await assertInvariants(bench, client)
  await client.end()
  bench.holds('left running', await server.stop(), [])
}
