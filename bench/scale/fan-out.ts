import { randomUUID } from 'node:crypto'
import type { Bench } from '../bench.js'
import { bodyOf, OUR_CONSUME } from '../entitlements/requests.js'
import { accountId, seedOurs } from '../entitlements/seed.js'
import { startHelper, type HelperProcess } from '../harness/helper-process.js'
import { residentBytes } from '../harness/process-table.js'
import { quantile, rounded, spread } from '../statistics.js'
import type { Arrivals } from './follower.js'
import { startScaleServers } from './scale-servers.js'

const PROCESSES = 4
/** `BENCH_SCALE=0.01` runs a rehearsal whose figures are meaningless. */
const SOCKETS = Math.round(10_000 * Number(process.env['BENCH_SCALE'] ?? 1))
const EVENTS = 10
const PAUSE_MS = 1_000

/** Time from the commit of an event to its arrival at 10,000 sockets of 4 processes, and the memory of a socket. */
export async function measureFanOut(bench: Bench): Promise<void> {
  const servers = await startScaleServers('scale-fan-out', PROCESSES, {
    scopes: ['entitlements:read', 'entitlements:write', 'billing:read'],
  })
  await seedOurs(servers.client, { from: 0, to: 1 }, 100)
  const memory = () => servers.processes.reduce((sum, { pid }) => sum + residentBytes(pid), 0)
  const before = memory()
  const followers: HelperProcess[] = []
  for (const [index, server] of servers.processes.entries()) {
    const follower = startHelper('scale/follower.js', `scale-follower-${index}`, {})
    followers.push(follower)
    const url = server.graphqlUrl.replace('http', 'ws')
    const sockets = SOCKETS / PROCESSES
    await follower.ask({ ask: 'open', url, token: servers.token, accountId: accountId(0), sockets })
    bench.say(`${(index + 1) * sockets} sockets`)
  }
  await pause()
  const perSocket = (memory() - before) / 1000 / SOCKETS
  const arrivals: number[] = []
  const worst: number[] = []
  for (let event = 0; event < EVENTS; event++) {
    const committed = await consume(servers.processes[0]!.graphqlUrl, servers.token)
    const { rows } = await servers.client.query<{ version: string }>('select version from account where id = $1', [
      accountId(0),
    ])
    const sequence = Number(rows[0]!.version)
    const received = await Promise.all(
      followers.map((follower) => follower.ask<Arrivals>({ ask: 'received', sequence })),
    )
    const delays = received.flatMap(({ at }) => at.map((time) => Math.max(0, time - committed)))
    bench.holds(`sockets that received event ${sequence}`, delays.length, SOCKETS)
    arrivals.push(...delays)
    worst.push(Math.max(...delays))
    bench.say(`event ${event + 1}/${EVENTS}: p99 ${quantile(delays, 0.99)} ms, last ${worst.at(-1)} ms`)
    await pause()
  }
  const [p50, p99] = [quantile(arrivals, 0.5), quantile(arrivals, 0.99)]
  const alone = { peer: null, peerName: null, ratio: null }
  const measured = { runs: EVENTS, spread: rounded(spread(worst), 3), p50, p99, ...alone }
  bench.measured({ name: 'scale/fanout', unit: 'ms to 99 % of the sockets', ours: p99, ...measured }, {})
  bench.measured(
    { name: 'scale/fanout-memory', unit: 'kB per socket', ours: rounded(perSocket, 1), runs: 1, spread: 0, ...alone },
    {},
  )
  await Promise.all(followers.map((follower) => follower.stop()))
  bench.holds('left running', await servers.close(), [])
}

const pause = () => new Promise((wake) => setTimeout(wake, PAUSE_MS))

/** Consumes a unit. Returns the time of the response, which follows the commit. */
async function consume(url: string, token: string): Promise<number> {
  const body = bodyOf(OUR_CONSUME).replace('{A}', accountId(0)).replace('{K}', randomUUID())
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const response = await fetch(url, { method: 'POST', headers, body })
  const text = await response.text()
  if (!text.includes(OUR_CONSUME.expected)) throw new Error(text)
  return Date.now()
}
