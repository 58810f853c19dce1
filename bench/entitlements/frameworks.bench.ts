import { join } from 'node:path'
import pg from 'pg'
import type { Bench } from '../bench.js'
import { startPeer } from '../harness/peer-server.js'
import { createProcessorMeter, findPostmaster, untilQuiet } from '../harness/processor-meter.js'
import { startBenchServer } from './bench-server.js'
import { alternate, quiesceDatabase, type Run } from './measure.js'
import { bodyOf, OUR_CHECK, OUR_CONSUME, PEER_CHECK, PEER_SAME, type RequestKind } from './requests.js'
import { seedOurs, seedPeers } from './seed.js'
import { usageLoad } from './usage-load.js'

const ACCOUNTS = 1_000
const OLD_ENTRIES = 200_000
const effort = {
  seconds: Number(process.env['BENCH_SECONDS'] ?? 4),
  warmUpSeconds: 8,
  rounds: Number(process.env['BENCH_ROUNDS'] ?? 5),
}
/** Highest cost of ours as a multiple of that of the frameworks, by callers. */
const LIMITS = { check: { 1: 1.25, 8: 1.25, 32: 1.25 }, consume: { 1: 1.6, 8: 1, 32: 0.6 } } as const

/** Checks and consumptions against Apollo Server, type-graphql and Fastify without the product, each with its own PostgreSQL. */
export async function benchmarkFrameworks(bench: Bench): Promise<void> {
  const { folder, server, client, token } = await startBenchServer('entitlements-frameworks')
  await seedOurs(client, { from: 0, to: ACCOUNTS - 1 }, OLD_ENTRIES)
  const { url: databaseUrl } = await startPeer('harness/own-postgres.js', 'frameworks-postgres', {
    DATA_DIR: join(folder, 'peer'),
  })
  const peerClient = new pg.Client({ connectionString: databaseUrl })
  await peerClient.connect()
  await seedPeers(peerClient, ACCOUNTS, OLD_ENTRIES)
  const peer = await startPeer('entitlements/peers/frameworks.js', 'frameworks', {
    DATABASE_URL: databaseUrl,
    NODE_ENV: 'production',
  })
  const ours = {
    url: server.graphqlUrl,
    token,
    pid: server.pid,
    postmaster: await findPostmaster(server.databaseUrl()),
  }
  const theirs = { url: peer.url, token: null, pid: peer.pid, postmaster: await findPostmaster(databaseUrl) }
  const side =
    ({ url, token: bearer, pid, postmaster }: typeof ours | typeof theirs, kind: RequestKind, callers: number) =>
    async (seconds: number): Promise<Run> => {
      const steps = [{ template: bodyOf(kind), expected: kind.expected }]
      const plan = { url, token: bearer, steps, firstAccount: 0, accounts: ACCOUNTS, connections: callers, seconds }
      const result = await usageLoad(plan, createProcessorMeter(pid, postmaster))
      bench.holds(`${kind.expected}: wrong answers (${result.sample?.slice(0, 200)})`, result.wrong, 0)
      const { requestsPerSecond, microseconds } = result
      return { perSecond: requestsPerSecond, note: `${microseconds.toFixed(0)} µs of processor each`, microseconds }
    }
  // The first minutes of a server with much data are those in which it counts and chains it.
  await untilQuiet(createProcessorMeter(ours.pid, ours.postmaster))
  const compared = { check: [OUR_CHECK, PEER_CHECK], consume: [OUR_CONSUME, PEER_SAME] } as const
  for (const name of ['check', 'consume'] as const)
    for (const callers of [1, 8, 32] as const) {
      const [kind, peerKind] = compared[name]
      await quiesceDatabase(client)
      await quiesceDatabase(peerClient)
      await alternate(
        bench,
        {
          name: `${name}/frameworks/callers-${callers}`,
          unit: 'requests/s',
          peerName: 'frameworks',
          figure: { cpuRatioAtLeast: 1 / LIMITS[name][callers] },
          callers,
        },
        side(ours, kind, callers),
        side(theirs, peerKind, callers),
        effort,
      )
    }
  await client.end()
  await peerClient.end()
  bench.holds('left running', await server.stop(), [])
}
