import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Bench } from '../bench.js'
import { alternate, type Run } from '../entitlements/measure.js'
import { usageLoad } from '../entitlements/usage-load.js'
import { createProcessorMeter, findPostmaster } from '../harness/processor-meter.js'
import { startStackgate } from '../harness/stackgate-server.js'
import { benchFolder } from '../harness/project.js'
import { median, rounded, spread } from '../statistics.js'

const ROUNDS = 9
const REQUESTS = 1_000
const WARM_UP = 2_000
const QUERY = JSON.stringify({ query: '{ __typename }' })
/** Concurrent callers of the measures of processor time. */
const CALLERS = [1, 8, 32]
const effort = { seconds: 3, warmUpSeconds: 3, rounds: Number(process.env['BENCH_ROUNDS'] ?? 5) }
const TOKEN = 'opaque-token-of-a-person'

/** Cost of checking a cached User Service token: the same request with and without it, alternating, one at a time. */
export async function benchmarkToken(bench: Bench): Promise<void> {
  const integration = await startUserService()
  const server = await startStackgate(join(benchFolder, 'marketplace-token', 'data'), {
    USER_SERVICE_URL: integration.url,
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const began = Date.now()
  bench.say(`load generator: node:http, one connection, ${ROUNDS} x ${REQUESTS} requests a side`)
  for (const token of [null, TOKEN]) await medianOf(agent, server.graphqlUrl, token, WARM_UP)
  const added: number[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    const [plain, signed] = [
      await medianOf(agent, server.graphqlUrl, null, REQUESTS),
      await medianOf(agent, server.graphqlUrl, TOKEN, REQUESTS),
    ]
    added.push(signed - plain)
    bench.say(`${round}/${ROUNDS}: without ${plain.toFixed(3)} ms, with ${signed.toFixed(3)} ms at the median`)
  }
  bench.measured(
    {
      name: 'marketplace/token',
      unit: 'ms added at the median',
      ours: rounded(median(added), 4),
      peer: null,
      peerName: null,
      ratio: null,
      runs: ROUNDS,
      spread: rounded(spread(added), 2),
    },
    { max: 0.2 },
  )
  const meter = createProcessorMeter(server.pid, await findPostmaster(server.databaseUrl()))
  const side =
    (token: string | null, callers: number) =>
    async (seconds: number): Promise<Run> => {
      const steps = [{ template: QUERY, expected: '"__typename":"Query"' }]
      const plan = { url: server.graphqlUrl, token, steps, firstAccount: 0, accounts: 1, connections: callers, seconds }
      const { requestsPerSecond: perSecond, wrong, sample, microseconds } = await usageLoad(plan, meter)
      bench.holds(`wrong answers (${sample?.slice(0, 200)})`, wrong, 0)
      return { perSecond, microseconds, note: `${microseconds.toFixed(0)} µs of processor each` }
    }
  for (const callers of CALLERS)
    await alternate(
      bench,
      { name: `marketplace/token/callers-${callers}`, unit: 'requests/s', peerName: 'no token', figure: {}, callers },
      side(TOKEN, callers),
      side(null, callers),
      effort,
    )
  const intervals = 1 + Math.ceil((Date.now() - began) / 30_000)
  bench.holds(
    'questions to the User Service, at most one an interval',
    integration.calls() <= intervals && integration.calls() >= 1,
    true,
  )
  agent.destroy()
  bench.holds('left running', await server.stop(), [])
  await integration.close()
}

/** The median of so many requests, one after the other, in milliseconds. */
async function medianOf(agent: Agent, url: string, token: string | null, requests: number): Promise<number> {
  const times: number[] = []
  for (let count = 0; count < requests; count++) {
    const began = performance.now()
    await ask(agent, url, token)
    times.push(performance.now() - began)
  }
  return median(times)
}

function ask(agent: Agent, url: string, token: string | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) }
    const call = request(url, { agent, method: 'POST', headers }, (response) => {
      response.resume()
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`answered ${response.statusCode}`)),
      )
    })
    call.on('error', reject)
    call.end(QUERY)
  })
}

/** User Service with one user. */
async function startUserService(): Promise<{ url: string; calls(): number; close(): Promise<void> }> {
  let calls = 0
  const server = createServer((received, response) => {
    const isQuestion = received.url === '/oauth_server/api/me'
    if (isQuestion) calls++
    const known = received.headers.authorization === `Bearer ${TOKEN}`
    const body = isQuestion && known ? { _id: 1, email: 'ann@example.com', products: [] } : []
    response
      .writeHead(isQuestion && !known ? 401 : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify(body))
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    close: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
