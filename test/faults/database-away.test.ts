import { follow } from '../support/follow.js'
import { eventually, openHouse, type House } from '../support/house.js'
import { stripeEvent, stripeSignature } from '../support/signed-event.js'
import { openTcpProxy, type TcpProxy } from '../support/tcp-proxy.js'

describe('while the database is away', () => {
  let proxy: TcpProxy
  let house: House
  let customer: string
  beforeAll(async () => {
    const { hostname, port } = new URL(process.env['STACKGATE_TEST_SERVER']!)
    proxy = await openTcpProxy({ host: hostname, port: Number(port || 5432) })
    house = await openHouse({ databaseThrough: (url) => proxy.through(url) })
    customer = await house.token('customer@example.com')
    await house.graphql(`{ account { id } }`, {}, customer)
  })
  afterAll(async () => {
    await house.close()
    await proxy.close()
  })

  const deliver = async (event: Record<string, unknown>) => {
    const body = JSON.stringify(event)
    const response = await fetch(`${house.url}/webhooks/stripe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': stripeSignature(body, house.webhookSecret) },
      body,
    })
    return { status: response.status, body: (await response.json()) as { code?: string } }
  }
  const stored = () => house.rows<{ state: string }>(`select state from inbox_event where event_id like 'evt_test_%'`)

  it('nothing is believed, everything is asked to come back, and all goes on when it is there again', async () => {
    const events = await follow<{ type: string }>(
      house.url,
      customer,
      `subscription { billingEvents { __typename ... on BillingEvent { type } } }`,
    )
    const event = stripeEvent('customer.subscription.updated', { object: 'subscription', id: 'sub_unknown' })
    await proxy.cut()

    expect(await deliver(event)).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } })
    const { errors } = await house.graphql(`{ account { id } }`, {}, customer)
    expect(errors).toHaveLength(1)
    expect((await house.rest('GET', '/health/ready')).status).toBe(503)
    expect((await house.rest('GET', '/health/live')).status).toBe(200)
    expect((await house.graphql<{ plans: object[] }>(`{ plans { code } }`)).data.plans).not.toEqual([])
    // Long enough for every poll and every reconnection to have failed at least once.
    await new Promise((wake) => setTimeout(wake, 1500))

    await proxy.mend()
    await eventually(
      () => house.rest('GET', '/health/ready'),
      ({ status }) => status === 200,
    )
    expect(await stored()).toEqual([])
    expect((await deliver(event)).status).toBe(200)
    // It was looked at: the provider knows no such subscription.
    await eventually(stored, ([row]) => row?.state === 'DEAD')

    const { data } = await house.graphql<{ startSubscription: { sessionId: string } }>(
      `mutation { startSubscription(input: { plan: "plus", idempotencyKey: "after" }) { ... on Checkout { sessionId } } }`,
      {},
      customer,
    )
    await house.control('POST', `checkouts/${data.startSubscription.sessionId}/pay`, {})
    await events.until((seen) => seen.some(({ type }) => type === 'subscription.activated'), 10_000)
    expect(events.errors).toEqual([])
    await events.stop()
  })
})
