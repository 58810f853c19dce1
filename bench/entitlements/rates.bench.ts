import type { Bench } from '../bench.js'
import { processorSeconds } from '../harness/process-table.js'
import { createProcessorMeter, findPostmaster } from '../harness/processor-meter.js'
import { startBenchServer } from './bench-server.js'
import { ratedCatalog } from './catalog.js'
import { assertInvariants } from './invariants.js'
import { alternate, quiesceDatabase, type Run } from './measure.js'
import { bodyOf, EARLIER, OUR_COMMIT, OUR_CONSUME, OUR_RESERVE, OUR_WORK, type RequestKind } from './requests.js'
import { seedOurs } from './seed.js'
import { usageLoad } from './usage-load.js'

const ACCOUNTS = 1_000
const OLD_ENTRIES = 200_000
/** Fewer rounds are for looking; their figures mean little. */
const effort = {
  seconds: Number(process.env['BENCH_SECONDS'] ?? 4),
  // Thousands of requests, until V8 has optimized what they execute.
  warmUpSeconds: 15,
  rounds: Number(process.env['BENCH_ROUNDS'] ?? 5),
}

/** Both versions count and check the seeded accounts in the background first: until a server does nearly nothing twice. */
const IDLE = { seconds: 5, share: 0.05, times: 2, maxTries: 120 }
/** Folder of commit 7013ff64 with its dependencies. */
const BASELINE = process.env['BENCH_BASELINE']

/**
 * Work of two quantities that a card with three dimensions and two tiers prices, against a plain consumption of the same
 * feature on the same server. With `BENCH_BASELINE`, plain and priced consumptions and reservations with their commits, against commit 7013ff64.
 */
export async function benchmarkRates(bench: Bench): Promise<void> {
  const ours = await startSide(bench, 'stackgate')
  if (BASELINE) return compareVersions(bench, ours, await startSide(bench, 'baseline', BASELINE))
  for (const callers of [32, 8, 1]) {
    await quiesceDatabase(ours.client)
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
      ours.load([OUR_WORK], callers),
      ours.load([OUR_CONSUME], callers),
      effort,
    )
  }
  await ours.stop()
}

/** Requests where nothing is used that the earlier version does not have. */
async function compareVersions(bench: Bench, ours: Side, earlier: Side): Promise<void> {
  for (const side of [ours, earlier]) await untilIdle(bench, side.pid)
  const compared = {
    consume: [[OUR_CONSUME], [EARLIER.consume]],
    work: [[OUR_WORK], [EARLIER.work]],
    'reserve-commit': [
      [OUR_RESERVE, OUR_COMMIT],
      [EARLIER.reserve, EARLIER.commit],
    ],
  } as const
  for (const [name, [kinds, earlierKinds]] of Object.entries(compared))
    for (const callers of [1, 8, 32]) {
      await quiesceDatabase(ours.client)
      await quiesceDatabase(earlier.client)
      await alternate(
        bench,
        {
          name: `${name}/baseline/callers-${callers}`,
          unit: 'requests/s',
          peerName: 'baseline',
          figure: { cpuRatioAtLeast: 1 / 1.05 },
          callers,
        },
        ours.load(kinds, callers),
        earlier.load(earlierKinds, callers),
        effort,
      )
    }
  await ours.stop()
  await earlier.stop()
}

async function untilIdle(bench: Bench, pid: number): Promise<void> {
  for (let idle = 0, tries = 0; idle < IDLE.times; tries++) {
    const before = processorSeconds(pid)
    await new Promise((wake) => setTimeout(wake, IDLE.seconds * 1000))
    const share = (processorSeconds(pid) - before) / IDLE.seconds
    idle = share < IDLE.share ? idle + 1 : 0
    bench.holds(`process ${pid} is still busy in the background`, tries < IDLE.maxTries, true)
    if (tries >= IDLE.maxTries) return
  }
}

type Side = Awaited<ReturnType<typeof startSide>>

async function startSide(bench: Bench, name: string, folder?: string) {
  const { server, client, token } = await startBenchServer(`entitlements-rates-${name}`, {
    catalog: ratedCatalog(),
    ...(folder === undefined ? {} : { folder }),
  })
  await seedOurs(client, { from: 0, to: ACCOUNTS - 1 }, OLD_ENTRIES)
  const postmaster = await findPostmaster(server.databaseUrl())
  return {
    client,
    pid: server.pid,
    load:
      (kinds: readonly RequestKind[], callers: number) =>
      async (seconds: number): Promise<Run> => {
        const plan = {
          url: server.graphqlUrl,
          token,
          steps: kinds.map((kind) => ({ template: bodyOf(kind), expected: kind.expected })),
          firstAccount: 0,
          accounts: ACCOUNTS,
          connections: callers,
          seconds,
        }
        const result = await usageLoad(plan, createProcessorMeter(server.pid, postmaster))
        bench.holds(`${name}: wrong answers (${result.sample?.slice(0, 200)})`, result.wrong, 0)
        return {
          perSecond: result.requestsPerSecond,
          note: `p50 ${result.p50.toFixed(1)} ms, ${result.microseconds.toFixed(0)} µs of processor each`,
          microseconds: result.microseconds,
        }
      },
    async stop() {
      if (folder === undefined) await assertInvariants(bench, client)
      await client.end()
      bench.holds(`${name}: left running`, await server.stop(), [])
    },
  }
}
