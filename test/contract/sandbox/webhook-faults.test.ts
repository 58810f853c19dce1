import { Stripe } from 'stripe'
import { startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'
import { startReceiver } from './support/receiver.js'

const nameOf = (event: Stripe.Event) => (event.data.object as { name?: string }).name ?? ''

describe('webhook deliveries', () => {
  let bench: SandboxFixture
  const others: { close: () => Promise<void> }[] = []
  beforeEach(async () => {
    bench = await startSandboxFixture({ webhookTimeout: 800 })
  })
  afterEach(async () => {
    await bench.close()
    for (const one of others.splice(0)) await one.close()
  })

  const make = async (...names: string[]) => {
    for (const name of names) await bench.stripe.customers.create({ name })
  }
  /** Waits for all deliveries in progress. */
  const settle = () => bench.control('POST', 'clock', { bySeconds: 0 })
  const arrivedNames = () => bench.receiver.events.map(nameOf)
  const deliveries = async () =>
    (await bench.control('GET', 'deliveries')).body['deliveries'] as Record<string, unknown>[]

  it("are the exact signed bytes in Stripe's format, with a current time per attempt", async () => {
    bench.receiver.answerWith(503)
    await make('Ada')
    await settle()
    // The second attempt comes by itself a second later.
    await new Promise((wake) => setTimeout(wake, 1300))
    const [first, second] = bench.receiver.attempts
    expect(first?.body).toMatch(/^\{\n {2}"id": "evt_/)
    expect(second?.body).toBe(first?.body)
    const times = [first, second].map((one) => Number(/t=(\d+)/.exec(one?.signature ?? '')?.[1]))
    expect(times[1]).toBeGreaterThan(times[0] ?? Infinity)
  })

  it('fail without a 2xx in time: a redirect, a late response, no receiver', async () => {
    const outcome = async (event: string) => {
      await settle()
      const { lastStatusCode, lastError, status } =
        (await deliveries()).findLast((one) => one['eventType'] === event) ?? {}
      return [status, lastStatusCode ?? lastError]
    }
    bench.receiver.answerWith(301)
    await make('redirected')
    expect(await outcome('customer.created')).toEqual(['pending', 301])
    bench.receiver.answerWith(200)
    bench.receiver.answerAfter(1200)
    await make('late')
    expect(await outcome('customer.created')).toEqual(['pending', 'no response in time'])
    bench.receiver.answerAfter(0)
    await bench.stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:9/', enabled_events: ['product.created'] })
    await bench.stripe.products.create({ name: 'nobody' })
    expect(await outcome('product.created')).toEqual(['pending', 'ECONNREFUSED'])
  })

  it('are signed with two secrets during a rotation', async () => {
    const { id } = (await bench.stripe.webhookEndpoints.list()).data[0] as Stripe.WebhookEndpoint
    const rolled = await bench.control('POST', `webhook-endpoints/${id}/roll-secret`, { formerLivesFor: 3600 })
    const fresh = String(rolled.body['secret'])
    expect(rolled.body).toMatchObject({ formerUntil: '2026-01-31T11:00:00.000Z' })
    await make('both')
    await settle()
    await bench.control('POST', 'clock', { bySeconds: 3600 })
    await make('new only')
    await settle()
    const accepts = (secret: string) =>
      bench.receiver.attempts.map(({ body, signature }) => {
        try {
          return nameOf(Stripe.webhooks.constructEvent(body, signature, secret))
        } catch {
          return null
        }
      })
    expect(accepts(bench.receiver.secret)).toEqual(['both', null])
    expect(accepts(fresh)).toEqual(['both', 'new only'])
    expect((await bench.control('POST', 'webhook-endpoints/we_nope/roll-secret')).status).toBe(404)
  })

  it('reach each endpoint with its types and version, and no disabled one', async () => {
    const second = await startReceiver('whsec_second')
    others.push(second)
    const endpoint = await bench.stripe.webhookEndpoints.create({
      url: second.url,
      enabled_events: ['customer.updated'],
      api_version: '2025-09-30.clover',
    })
    const customer = await bench.stripe.customers.create({ name: 'Ada' })
    await bench.stripe.customers.update(customer.id, { name: 'Eve' })
    await settle()
    expect(second.attempts.map(({ body }) => JSON.parse(body) as object)).toMatchObject([
      { type: 'customer.updated', api_version: '2025-09-30.clover' },
    ])
    expect(bench.receiver.events.map((event) => event.api_version)).toEqual(['2026-10-28.endive', '2026-10-28.endive'])
    // It rejected an invalid delivery. Disabled, it gets neither that one again nor new ones.
    await bench.stripe.webhookEndpoints.update(endpoint.id, { disabled: true })
    await bench.stripe.customers.update(customer.id, { name: 'Mia' })
    await bench.control('POST', 'clock', { bySeconds: 3 * 86_400 })
    expect(second.requests).toBe(1)
    const own = (await deliveries()).filter((delivery) => delivery['endpoint'] === endpoint.id)
    expect(own).toMatchObject([{ status: 'failed', lastError: 'the endpoint was disabled' }])
    await bench.stripe.webhookEndpoints.update(endpoint.id, { disabled: false })
    await bench.stripe.customers.update(customer.id, { name: 'Zoe' })
    await settle()
    expect(second.requests).toBe(2)
  })

  it('can be duplicated, delayed, or reordered by a seed', async () => {
    await bench.control('POST', 'faults', { action: 'duplicate', times: 1 })
    await make('twice')
    await settle()
    expect(arrivedNames().splice(0)).toEqual(['twice', 'twice'])
    bench.receiver.events.splice(0)
    await bench.control('POST', 'faults', { match: { event: 'customer.*' }, action: 'delay', delay: 200, times: 1 })
    await make('late', 'early')
    await settle()
    expect(arrivedNames()).toEqual(['early', 'late'])
    bench.receiver.events.splice(0)
    const orders: string[][] = []
    for (let run = 0; run < 2; run += 1) {
      await bench.control('POST', 'faults', { action: 'shuffle', window: 6, times: 6, seed: 'cards' })
      await make('1', '2', '3', '4', '5', '6')
      await settle()
      orders.push(arrivedNames())
      bench.receiver.events.splice(0)
    }
    expect(orders[0]?.toSorted()).toEqual(['1', '2', '3', '4', '5', '6'])
    expect(orders[0]).not.toEqual(['1', '2', '3', '4', '5', '6'])
    expect(orders[1]).toEqual(orders[0])
  })

  it('can be invalid by a wrong secret or an old time, and are then sent correctly', async () => {
    for (const action of ['wrong_secret', 'old_timestamp']) {
      await bench.control('POST', 'faults', { action, times: 1 })
      await make(action)
      await settle()
      expect(arrivedNames()).not.toContain(action)
      await bench.control('POST', 'clock', { bySeconds: 5 * 60 })
      expect(arrivedNames()).toContain(action)
    }
    await bench.control('POST', 'faults', { action: 'old_api_version', times: 1 })
    await make('old')
    await settle()
    expect(bench.receiver.events.at(-1)).toMatchObject({ api_version: '2024-06-20' })
  })
})
