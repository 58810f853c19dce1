import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import { stripeEvent, stripeSignature } from '../support/signed-event.js'
import { startCheckout } from '#test/support/buy-plan.js'

describe('failing event among a hundred others', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer()
  })
  afterAll(() => server.close())

  const deliver = async (event: Record<string, unknown>) => {
    const body = JSON.stringify(event)
    const { status } = await fetch(`${server.url}/webhooks/stripe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': stripeSignature(body, server.webhookSecret) },
      body,
    })
    return status
  }
  async function buyPlan(): Promise<string> {
    const customer = await server.token('customer@example.com')
    const providerReference = await startCheckout(server, customer, { plan: 'plus', idempotencyKey: 'one' })
    await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    const [row] = await eventually(
      () =>
        server.query<{ external_id: string }>(`select external_id from billing_subscription where status = 'ACTIVE'`),
      (found) => found.length === 1,
    )
    return row!.external_id
  }
  const rows = () =>
    server.query<{ object_key: string; state: string; state_reason: string | null; attempts: number }>(
      `select object_key, state, state_reason, attempts from inbox_event where event_id like 'evt_test_%'`,
    )

  it('does not delay them; it is retried and processed once its cause is fixed', async () => {
    const poisoned = await buyPlan()
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'GET', path: `/v1/subscriptions/${poisoned}` },
      action: 'status_500',
    })
    const statuses = await Promise.all(
      Array.from({ length: 101 }, (_, index) =>
        deliver(
          stripeEvent('customer.subscription.updated', {
            object: 'subscription',
            id: index === 50 ? poisoned : `sub_gone_${index}`,
          }),
        ),
      ),
    )
    expect(statuses.filter((status) => status === 200)).toHaveLength(101)
    const completed = (all: { state_reason: string | null }[]) =>
      all.filter(({ state_reason: reason }) => reason?.includes('not found at the provider'))
    await eventually(rows, (all) => completed(all).length === 100)
    const poison = async () => (await rows()).find(({ object_key: key }) => key.endsWith(poisoned))!
    const ill = await eventually(poison, ({ state }) => state === 'RETRYING', 10_000)
    expect(ill.state_reason).toBe('The payment provider is not responding. Try again.')

    const metrics = String((await server.rest('GET', '/metrics')).body)
    expect(metrics).toMatch(/stackgate_inbox_events_total\{provider="STRIPE",outcome="retrying"\} [1-9]/)

    await server.sandboxControl('DELETE', 'faults')
    expect(await eventually(poison, ({ state }) => state === 'PROCESSED', 10_000)).toMatchObject({ state_reason: null })
  })
})
