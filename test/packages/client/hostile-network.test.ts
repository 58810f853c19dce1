import { createEntitlements } from '@stackgate/client/entitlements'
import { createUsageOutbox } from '@stackgate/client/usage-outbox'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request as sendRequest, type Server } from 'node:http'
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deploymentWithAgent } from '#test/support/deployments.js'
import { newAccount } from '#test/support/entitlements.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { clientOf, cursorOf, expectAll, followCommands, makeEvents, text, TRANSPORTS } from './support.js'

const ECHO = text<{ plans: { code: string }[]; operation: null }, { key: string }>(
  'query Echo($key: String!) { operation(key: $key) { mutation } plans { code } }',
)
const START = text<
  { startSubscription: { checkout: { id: string } } },
  { input: { provider: 'STRIPE'; plan: string }; key: string }
>(
  'mutation Start($input: StartSubscriptionInput!, $key: String!) { startSubscription(input: $input, key: $key) { checkout { id } } }',
)

const randomOf = (seed: number): (() => number) => {
  const random = createSeededRandom(seed)
  return () => random.next()
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Splits what the server sends into pieces of any size, delays them, and cuts a connection now and then. */
async function openTcpChaos(target: number, random: () => number): Promise<{ close: () => void; url: string }> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((inside) => {
    const outside = connect(target, '127.0.0.1')
    for (const socket of [inside, outside]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        inside.destroy()
        outside.destroy()
      })
    }
    inside.pipe(outside)
    void (async () => {
      for await (const chunk of outside as AsyncIterable<Buffer>)
        for (let rest = chunk; rest.length > 0 && !inside.destroyed;) {
          const size = 1 + Math.floor(random() * Math.min(rest.length, 700))
          inside.write(rest.subarray(0, size))
          rest = rest.subarray(size)
          if (random() < 0.2) await pause(random() * 4)
          if (random() < 0.02) return inside.destroy()
        }
      return inside.destroy()
    })().catch(() => inside.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return { close, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/**
 * A proxy that sends each request twice, returns responses in another order, and repeats each event of a stream.
 * @param eventDelayMs longest delay of each event, so that events come in another order
 */
async function openHttpChaos(
  target: number,
  random: () => number,
  eventDelayMs = 0,
): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const body: Buffer[] = []
    request.on('data', (chunk: Buffer) => body.push(chunk))
    request.on('end', () => {
      const isStream = request.headers.accept === 'text/event-stream'
      const forward = (isSecond: boolean) => {
        const options = {
          port: target,
          host: '127.0.0.1',
          method: request.method,
          path: request.url,
          headers: request.headers,
        }
        const upstream = sendRequest(options, (answer) => {
          if (isSecond) return void answer.resume()
          const { 'content-length': _, ...headers } = answer.headers
          response.writeHead(answer.statusCode!, headers)
          let rest = ''
          answer.on('data', (chunk: Buffer) => {
            if (!isStream) return void response.write(chunk)
            const events = (rest + chunk.toString()).split('\n\n')
            rest = events.pop()!
            for (const event of [...events, ...events]) {
              const send = () => response.write(`${event}\n\n`)
              if (eventDelayMs === 0) send()
              else setTimeout(send, random() * eventDelayMs)
            }
          })
          answer.on('end', () => response.end())
        })
        upstream.on('error', () => response.destroy())
        response.on('close', () => upstream.destroy())
        upstream.end(Buffer.concat(body))
      }
      const work = async () => {
        await pause(isStream ? 0 : random() * 60)
        forward(false)
        if (!isStream) forward(true)
      }
      void work()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

describe('A network that splits, delays, cuts, repeats and reorders', () => {
  let server: TestServer
  let port: number
  beforeAll(async () => {
    server = await startTestServer()
    port = Number(new URL(server.url).port)
  })
  afterAll(() => server.close())

  it.each(TRANSPORTS)('loses and repeats no item of a stream over %s', async (transport) => {
    const chaos = await openTcpChaos(port, randomOf(7))
    const deployment = await deploymentWithAgent(server)
    const client = clientOf(chaos.url, { transport, token: deployment.owner })
    const followed = await followCommands(client, deployment.hash, await cursorOf(server, deployment))
    for (let round = 0; round < 10; round++) {
      await makeEvents(server, deployment, 20)
      await pause(20)
    }
    await expectAll(server, deployment, followed)
    client.close()
    chaos.close()
  })

  it('returns each result to its request, and executes a repeated mutation once', async () => {
    const chaos = await openHttpChaos(port, randomOf(11))
    const deployment = await deploymentWithAgent(server)
    const client = clientOf(chaos.url, { transport: 'sse', token: deployment.owner, batch: { max: 3 } })
    const codes = (await client.request(ECHO, { key: 'none' })).plans.map(({ code }) => code)
    const results = await Promise.all(Array.from({ length: 30 }, (_, n) => client.request(ECHO, { key: `key-${n}` })))
    for (const { plans } of results) expect(plans.map(({ code }) => code)).toEqual(codes)
    const variables = { input: { provider: 'STRIPE' as const, plan: 'plus' }, key: randomUUID() }
    const { startSubscription } = await client.request(START, variables)
    expect((await client.request(START, variables)).startSubscription).toEqual(startSubscription)
    const checkouts = await server.query(
      'select c.id from checkout c join deployment d on d.account_id = c.account_id where d.id = $1',
      [deployment.id],
    )
    expect(checkouts).toHaveLength(1)
    const followed = await followCommands(client, deployment.hash, await cursorOf(server, deployment))
    await makeEvents(server, deployment, 30)
    await expectAll(server, deployment, followed)
    client.close()
    chaos.server.closeAllConnections()
    chaos.server.close()
  })
})

describe('A network that repeats what a service sends and receives', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'attribution' } })
  })
  afterAll(() => server.close())

  it('counts usage and checks of a service once, although all comes twice and in another order', async () => {
    const chaos = await openHttpChaos(Number(new URL(server.url).port), randomOf(13), 200)
    const key = await server.serviceKey(['entitlements:write'])
    const accountId = await newAccount(server)
    const entitlements = createEntitlements({ url: chaos.url, key, transport: 'sse' })
    const used = async () =>
      (await createEntitlements({ url: server.url, key }).check({ accountId, feature: 'attribution_runs' }))
        .entitlement!.used
    const watch = entitlements.watch(accountId, { maxAgeMs: 600_000, features: ['attribution_runs'] })
    await watch.ready
    const work = Array.from({ length: 10 }, (_, n) => ({
      accountId,
      feature: 'attribution_runs',
      key: `job-${n}`,
    }))
    for (const result of await Promise.all(work.map((job) => entitlements.consume(job)))) expect(result.ok).toBe(true)
    const folder = mkdtempSync(join(tmpdir(), 'stackgate-outbox-'))
    const outbox = await createUsageOutbox({ folder, url: chaos.url, key, batchSize: 7 })
    for (let n = 0; n < 20; n++) await outbox.record({ accountId, feature: 'attribution_runs', amount: 2 })
    await outbox.flush()
    const { delivered, duplicates, rejected } = outbox.stats
    expect([delivered + duplicates, rejected, await used()]).toEqual([20, 0, 50])
    // From the stream, whose events come twice and in another order: no read is due for minutes.
    await eventually(
      () => watch.entitlement('attribution_runs')!.used,
      (count) => count === 50,
    )
    await outbox.close()
    entitlements.close()
    rmSync(folder, { recursive: true })
    chaos.server.closeAllConnections()
    chaos.server.close()
  })
})
