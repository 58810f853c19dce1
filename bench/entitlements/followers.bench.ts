import { randomUUID } from 'node:crypto'
import type { Bench } from '../bench.js'
import { createProcessorMeter, findPostmaster } from '../harness/processor-meter.js'
import { startHelper } from '../harness/helper-process.js'
import { projectFolder } from '../harness/project.js'
import type { Arrivals } from '../scale/follower.js'
import { median, rounded } from '../statistics.js'
import { startBenchServer } from './bench-server.js'
import { bodyOf, OUR_CONSUME } from './requests.js'
import { accountId, seedOurs } from './seed.js'

/** Folder of another version with its dependencies, for example a worktree of an older commit. */
const BASELINE = process.env['BENCH_BASELINE']
const SOCKETS = Number(process.env['BENCH_SOCKETS'] ?? 500)
const EVENTS = 30
const PAUSE_MS = 300

/** Processor time of one event for each socket of one process, all with one token, and the time until the last socket has it. */
export async function benchmarkFollowers(bench: Bench): Promise<void> {
  const peer = BASELINE ? await measure(bench, 'baseline', BASELINE) : null
  const ours = await measure(bench, 'stackgate', projectFolder)
  const units = { 'processor-time': 'µs for each socket', last: 'ms to the last socket' } as const
  for (const name of ['processor-time', 'last'] as const)
    bench.measured(
      {
        name: `followers/${name}`,
        unit: units[name],
        ours: rounded(ours[name], 0),
        peer: peer && rounded(peer[name], 0),
        peerName: peer && 'baseline',
        ratio: peer && rounded(peer[name] / ours[name], 2),
        runs: EVENTS,
        spread: 0,
      },
      {},
    )
}

async function measure(bench: Bench, name: string, folder: string) {
  const scopes = ['entitlements:read', 'entitlements:write', 'billing:read']
  const { server, client, token } = await startBenchServer(`entitlements-followers-${name}`, { folder, scopes })
  await seedOurs(client, { from: 0, to: 1 }, 100)
  const meter = createProcessorMeter(server.pid, await findPostmaster(server.databaseUrl()))
  const follower = startHelper('scale/follower.js', `followers-${name}`, {})
  const url = server.graphqlUrl.replace('http', 'ws')
  await follower.ask({ ask: 'open', url, token, accountId: accountId(0), sockets: SOCKETS })
  await pause(10_000)
  const idleFrom = meter.seconds()
  await pause(EVENTS * PAUSE_MS)
  const idle = (meter.seconds() - idleFrom) / (EVENTS * PAUSE_MS)
  const last: number[] = []
  const begin = performance.now()
  const used = meter.seconds()
  for (let event = 0; event < EVENTS; event++) {
    const committed = await consume(server.graphqlUrl, token)
    const { rows } = await client.query<{ version: string }>('select version from account where id = $1', [
      accountId(0),
    ])
    const { at } = await follower.ask<Arrivals>({ ask: 'received', sequence: Number(rows[0]!.version) })
    bench.holds(`${name}: sockets that received an event`, at.length, SOCKETS)
    last.push(Math.max(...at) - committed)
    await pause(PAUSE_MS)
  }
  const seconds = meter.seconds() - used - idle * (performance.now() - begin)
  await follower.stop()
  await client.end()
  bench.holds(`${name}: left running`, await server.stop(), [])
  return { 'processor-time': (seconds * 1e6) / (EVENTS * SOCKETS), last: median(last) }
}

const pause = (milliseconds: number) => new Promise((wake) => setTimeout(wake, milliseconds))

/** Consumes a unit. Returns the time of the response, which follows the commit. */
async function consume(url: string, token: string): Promise<number> {
  const body = bodyOf(OUR_CONSUME).replace('{A}', accountId(0)).replace('{K}', randomUUID())
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const response = await fetch(url, { method: 'POST', headers, body })
  const text = await response.text()
  if (!text.includes(OUR_CONSUME.expected)) throw new Error(text)
  return Date.now()
}
