import { join } from 'node:path'
import pg from 'pg'
import type { Bench, Figure } from '../bench.js'
import { startPeer } from '../harness/peer-server.js'
import { createProcessorMeter, findPostmaster } from '../harness/processor-meter.js'
import { rounded, median, spread } from '../statistics.js'
import { usageLoad, inOwnProcess } from './usage-load.js'
import { startBenchServer } from './bench-server.js'
import { assertInvariants } from './invariants.js'
import { quiesceDatabase, alternate, type Run } from './measure.js'
import type { OpenPlan, OpenResult } from './open-loop.js'
import { pgbenchHot } from './pgbench.js'
import {
  bodyOf,
  OUR_CHECK,
  OUR_COMMIT,
  OUR_CONSUME,
  OUR_RESERVE,
  PEER_BARE,
  PEER_CHECK,
  PEER_SAME,
  type RequestKind,
} from './requests.js'
import { seedOurs, seedPeers } from './seed.js'

const ACCOUNTS = 1_000
const OLD_ENTRIES = 200_000
const CONNECTIONS = 32
/** Few callers are the normal case; many show what batches save. */
const FEW_CALLERS = [1, 8]
/** The median counts, because the system flushes tables or vacuums in two or three of the runs. */
const OPEN_RUNS = 9
/** Fewer rounds are for looking; their figures mean little. */
const effort = { seconds: 4, warmUpSeconds: 8, rounds: Number(process.env['BENCH_ROUNDS'] ?? 5) }

/** Checks, consumptions and reservations on the real server, against peers on a PostgreSQL of their own. */
export async function benchmarkEntitlements(bench: Bench): Promise<void> {
  const { folder, server, client, token } = await startBenchServer('entitlements')
  bench.say(
    `${ACCOUNTS} accounts with 3 grants each, ${OLD_ENTRIES} old ledger entries; ${CONNECTIONS} connections, a generator of our own`,
  )
  await seedOurs(client, { from: 0, to: ACCOUNTS - 1 }, OLD_ENTRIES)
  const { url: databaseUrl } = await startPeer('harness/own-postgres.js', 'entitlements-postgres', {
    DATA_DIR: join(folder, 'peer'),
  })
  const peerClient = new pg.Client({ connectionString: databaseUrl })
  await peerClient.connect()
  await seedPeers(peerClient, ACCOUNTS, OLD_ENTRIES)
  const [postmaster, peerPostmaster] = [await findPostmaster(server.databaseUrl()), await findPostmaster(databaseUrl)]
  const peer = await startPeer('entitlements/peers/mercurius.js', 'entitlements-mercurius', {
    DATABASE_URL: databaseUrl,
  })

  const fromRest: typeof alternate = async (...measure) => {
    await quiesceDatabase(client)
    await quiesceDatabase(peerClient)
    return alternate(...measure)
  }
  const side =
    (
      of: { pid: number; postmaster: number; url: string; token: string | null },
      kinds: readonly RequestKind[],
      { accounts = ACCOUNTS, callers = CONNECTIONS } = {},
    ) =>
    async (seconds: number): Promise<Run> => {
      const steps = kinds.map((kind) => ({ template: bodyOf(kind), expected: kind.expected }))
      const plan = { url: of.url, token: of.token, steps, firstAccount: 0, accounts, connections: callers, seconds }
      const result = await usageLoad(plan, createProcessorMeter(of.pid, of.postmaster))
      bench.holds(`${kinds[0]!.expected}: wrong answers (${result.sample?.slice(0, 200)})`, result.wrong, 0)
      const note = `p50 ${result.p50.toFixed(1)} ms, p99 ${result.p99.toFixed(1)} ms, ${result.microseconds.toFixed(0)} µs of processor each`
      return {
        perSecond: result.requestsPerSecond / kinds.length,
        note,
        microseconds: result.microseconds * kinds.length,
      }
    }
  const ours = { pid: server.pid, postmaster, url: server.graphqlUrl, token }
  const mercurius = { pid: peer.pid, postmaster: peerPostmaster, url: peer.url, token: null }

  const against = (name: string, peerName: string, min: number, unit = 'requests/s') => ({
    name: `${name}/${peerName}`,
    unit,
    peerName,
    figure: { min } as Figure,
    callers: CONNECTIONS,
  })
  for (const callers of FEW_CALLERS) {
    await fromRest(
      bench,
      {
        ...against('check', 'mercurius-jit', 0),
        name: `check/mercurius-jit/callers-${callers}`,
        figure: { cpuRatioAtLeast: 0.6 },
        callers,
      },
      side(ours, [OUR_CHECK], { callers }),
      side(mercurius, [PEER_CHECK], { callers }),
      effort,
    )
    await fromRest(
      bench,
      {
        ...against('consume', 'mercurius-jit-same', 0),
        name: `consume/mercurius-jit-same/callers-${callers}`,
        figure: { cpuRatioAtLeast: 0.9 },
        callers,
      },
      side(ours, [OUR_CONSUME], { callers }),
      side(mercurius, [PEER_SAME], { callers }),
      effort,
    )
  }
  await fromRest(
    bench,
    against('check', 'mercurius-jit', 1.1),
    side(ours, [OUR_CHECK]),
    side(mercurius, [PEER_CHECK]),
    effort,
  )
  await fromRest(
    bench,
    { ...against('consume', 'mercurius-jit-same', 1.8), figure: { min: 1.8, cpuRatioAtLeast: 1.3 } },
    side(ours, [OUR_CONSUME]),
    side(mercurius, [PEER_SAME]),
    effort,
  )
  await fromRest(
    bench,
    against('consume', 'mercurius-jit-bare', 0.9),
    side(ours, [OUR_CONSUME]),
    side(mercurius, [PEER_BARE]),
    effort,
  )
  const script = join(folder, 'hot.sql')
  await fromRest(
    bench,
    against('consume-hot', 'pgbench-same', 5),
    side(ours, [OUR_CONSUME], { accounts: 1 }),
    (seconds) => pgbenchHot(databaseUrl, script, seconds),
    effort,
  )
  await fromRest(
    bench,
    against('consume-hot', 'mercurius-jit-same', 4),
    side(ours, [OUR_CONSUME], { accounts: 1 }),
    side(mercurius, [PEER_SAME], { accounts: 1 }),
    effort,
  )
  await fromRest(
    bench,
    { ...against('reserve-commit', 'consume', 0.35, 'pairs/s'), name: 'reserve-commit/consume' },
    side(ours, [OUR_RESERVE, OUR_COMMIT]),
    side(ours, [OUR_CONSUME]),
    effort,
  )
  await quiesceDatabase(client)
  await openLoop(bench, { url: ours.url, token }, side(ours, [OUR_CONSUME]))

  await assertInvariants(bench, client)
  await client.end()
  await peerClient.end()
  bench.holds('left running', await server.stop(), [])
}

/** Latency at half of the peak, from the scheduled moment on. The machine's speed changes by the minute: the peak is looked for before each run. */
async function openLoop(
  bench: Bench,
  { url, token }: { url: string; token: string },
  peakFor: (seconds: number) => Promise<Run>,
): Promise<void> {
  const plan: Omit<OpenPlan, 'perSecond'> = {
    url,
    token,
    template: bodyOf(OUR_CONSUME),
    expected: OUR_CONSUME.expected,
    firstAccount: 0,
    accounts: ACCOUNTS,
    sockets: CONNECTIONS,
    seconds: 6,
  }
  const runs: OpenResult[] = []
  for (let run = 1; run <= OPEN_RUNS; run++) {
    const perSecond = (await peakFor(effort.seconds)).perSecond / 2
    const result = await inOwnProcess<OpenResult>('open-loop.js', { ...plan, perSecond })
    bench.holds('open loop: wrong answers', result.wrong, 0)
    bench.say(
      `consume/p99 ${run}/${OPEN_RUNS} at ${perSecond.toFixed(0)}/s: p50 ${result.p50.toFixed(1)} ms, p99 ${result.p99.toFixed(1)} ms`,
    )
    runs.push(result)
  }
  const p99s = runs.map(({ p99 }) => p99)
  bench.measured(
    {
      name: 'consume/p99',
      unit: 'ms',
      ours: rounded(median(p99s), 2),
      peer: null,
      peerName: null,
      ratio: null,
      runs: runs.length,
      spread: rounded(spread(p99s), 3),
      p50: rounded(median(runs.map(({ p50 }) => p50)), 2),
      p99: rounded(median(p99s), 2),
    },
    { max: 20 },
  )
}
