import { recordStream } from '../support/graphql-stream.js'
import { startTestServerBehindProxy, type TestServerBehindProxy } from '../support/test-server-behind-proxy.js'
import { eventually, type TestServer } from '../support/test-server.js'
import { stripeEvent } from '../support/signed-event.js'
import { startCheckout } from '#test/support/buy-plan.js'

describe('database outage', () => {
  let opened: TestServerBehindProxy
  let server: TestServer
  let customer: string
  beforeAll(async () => {
    opened = await startTestServerBehindProxy()
    server = opened.server
    customer = await server.token('customer@example.com')
    await server.graphql(`{ account { id } }`, {}, customer)
  })
  afterAll(() => opened.close())

  const stored = () => server.query<{ state: string }>(`select state from inbox_event where event_id like 'evt_test_%'`)
  const openStreams = async () => {
    const { values } = await server.app.context.metrics.liveSubscriptions.get()
    return values.reduce((sum, { value }) => sum + value, 0)
  }

  it('returns 503 while the database is down and recovers afterwards', async () => {
    const events = await recordStream<{ type: string }>(
      server.url,
      customer,
      `subscription { billingEvents { __typename ... on Event { type } } }`,
    )
    // A subscription that arrives during the outage is refused.
    await eventually(openStreams, (open) => open === 1)
    const event = stripeEvent('customer.subscription.updated', { object: 'subscription', id: 'sub_unknown' })
    await opened.proxy.cut()

    expect(await opened.deliver(event)).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } })
    const { errors } = await server.graphql(`{ account { id } }`, {}, customer)
    expect(errors).toHaveLength(1)
    expect((await server.rest('GET', '/health/ready')).status).toBe(503)
    expect((await server.rest('GET', '/health/live')).status).toBe(200)
    expect((await server.graphql<{ plans: object[] }>(`{ plans { code } }`)).data.plans).not.toEqual([])
    // Long enough for every poll and every reconnection to have failed at least once.
    await new Promise((wake) => setTimeout(wake, 1500))

    await opened.proxy.mend()
    await eventually(
      () => server.rest('GET', '/health/ready'),
      ({ status }) => status === 200,
    )
    expect(await stored()).toEqual([])
    expect((await opened.deliver(event)).status).toBe(200)
    // It was looked at: the provider knows no such subscription.
    await eventually(stored, ([row]) => row?.state === 'DEAD')

    const providerReference = await startCheckout(server, customer, { plan: 'plus', idempotencyKey: 'after' })
    await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    await events.until((seen) => seen.some(({ type }) => type === 'subscription.activated'), 10_000)
    expect(events.errors).toEqual([])
    await events.stop()
  })
})
