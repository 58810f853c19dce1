import type { Bench } from '../bench.js'
import { createProcessorMeter, findPostmaster } from '../harness/processor-meter.js'
import { startBenchServer } from './bench-server.js'
import { ratedCatalog } from './catalog.js'
import { assertInvariants } from './invariants.js'
import { alternate, quiesceDatabase, type Run } from './measure.js'
import { bodyOf, OUR_CONSUME, OUR_WORK, type RequestKind } from './requests.js'
import { seedOurs } from './seed.js'
import { usageLoad } from './usage-load.js'

const ACCOUNTS = 1_000
const OLD_ENTRIES = 200_000
/** Fewer rounds are for looking; their figures mean little. */
const effort = {
  seconds: Number(process.env['BENCH_SECONDS'] ?? 4),
  warmUpSeconds: Number(process.env['BENCH_SECONDS'] ?? 8),
  rounds: Number(process.env['BENCH_ROUNDS'] ?? 5),
}

/**
 * Work of two quantities that a card with three dimensions and two tiers prices, against a plain consumption of the same
 * feature on the same server.
 */
export async function benchmarkRates(bench: Bench): Promise<void> {
  const { server, client, token } = await startBenchServer('entitlements-rates', { catalog: ratedCatalog() })
  await seedOurs(client, { from: 0, to: ACCOUNTS - 1 }, OLD_ENTRIES)
  const postmaster = await findPostmaster(server.databaseUrl())
  const side =
    (kind: RequestKind, callers: number) =>
    async (seconds: number): Promise<Run> => {
      const steps = [{ template: bodyOf(kind), expected: kind.expected }]
      const plan = {
        url: server.graphqlUrl,
        token,
        steps,
        firstAccount: 0,
        accounts: ACCOUNTS,
        connections: callers,
        seconds,
      }
      const result = await usageLoad(plan, createProcessorMeter(server.pid, postmaster))
      bench.holds(`wrong answers (${result.sample?.slice(0, 200)})`, result.wrong, 0)
      return {
        perSecond: result.requestsPerSecond,
        note: `p50 ${result.p50.toFixed(1)} ms, ${result.microseconds.toFixed(0)} µs of processor each`,
        microseconds: result.microseconds,
      }
    }
  for (const callers of [32, 8, 1]) {
    await quiesceDatabase(client)
    await alternate(
      bench,
      {
        name: callers === 32 ? 'rates/consume' : `rates/consume/callers-${callers}`,
        unit: 'requests/s',
        peerName: 'consume',
        // At most 1.15 times the processor time of a plain consumption.
        figure: callers === 32 ? { cpuRatioAtLeast: 1 / 1.15 } : { min: 0 },
        callers,
      },
      side(OUR_WORK, callers),
      side(OUR_CONSUME, callers),
      effort,
    )
  }
  await assertInvariants(bench, client)
  await client.end()
  bench.holds('left running', await server.stop(), [])
}
