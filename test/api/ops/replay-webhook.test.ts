import { Account, ReplayWebhook } from '@stackgate/client/documents'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { stripeEvent } from '#test/support/signed-event.js'
import { deliverEvent, listEvents } from '#test/support/webhook-events.js'
import { startCheckout } from '#test/support/buy-plan.js'

describe('replayWebhook', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer()
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())
  const seen = async (eventId: string) =>
    (await listEvents(server, operator)).nodes.find((event) => event.eventId === eventId)!
  const replay = (id: string, token = operator) => server.graphql(ReplayWebhook, { id }, token)

  it('lists a dead letter with its reason and state, and applies it once when replayed after a fix', async () => {
    const customer = await server.token('woken@example.com')
    const providerReference = await startCheckout(server, customer, { plan: 'plus', idempotencyKey: 'buy' })
    await server.sandboxControl('POST', `checkouts/${providerReference}/pay`, {})
    const [subscription] = await eventually(
      () => server.query<{ id: string; external_id: string }>(`select id, external_id from billing_subscription`),
      (rows) => rows.length === 1,
    )
    const plan = async () => (await server.graphql(Account, {}, customer)).data.account!.plan.plan.code
    await eventually(plan, (code) => code === 'plus')

    await eventually(
      () => server.query(`select 1 from inbox_object where pending`),
      (pending) => pending.length === 0,
    )

    await server.query(`update provider_price set external_id = external_id || '_lost'`)
    await fetch(`${server.sandbox.url}/v1/subscriptions/${subscription!.external_id}`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer sk_test_sandbox_server' },
    })
    const dead = await eventually(
      async () =>
        (
          await listEvents(server, operator, {
            filter: { statuses: ['DEAD'], types: ['customer.subscription.deleted'] },
          })
        ).nodes[0],
      (event) => event !== undefined,
    )
    expect(dead).toMatchObject({
      status: 'DEAD',
      statusReason: expect.stringMatching(/price price_\w+ of subscription sub_\w+ is not in the catalog/),
      payload: { type: 'customer.subscription.deleted' },
    })
    expect(await plan()).toBe('plus')

    await server.query(`update provider_price set external_id = replace(external_id, '_lost', '')`)
    expect((await replay(dead!.id)).data.replayWebhook).toMatchObject({ id: dead!.id, status: 'RECEIVED' })
    await eventually(plan, (code) => code === 'free')
    const completed = await eventually(
      () => seen(dead!.eventId),
      ({ status }) => status === 'PROCESSED',
    )
    expect(completed).toMatchObject({ statusReason: null, effects: [`subscription.canceled ${subscription!.id}`] })

    const again = await replay(dead!.id)
    expect(again.errors).toBeUndefined()
    expect(
      await eventually(
        () => seen(dead!.eventId),
        ({ status }) => status === 'PROCESSED',
      ),
    ).toMatchObject({ effects: [] })
  })

  it('keeps an event of another mode quarantined after a replay', async () => {
    const eventId = await deliverEvent(
      server,
      stripeEvent('customer.subscription.deleted', { object: 'subscription', id: 'sub_live' }, { livemode: true }),
    )
    const quarantined = await seen(eventId)
    expect(quarantined.status).toBe('QUARANTINED')
    expect((await replay(quarantined.id)).data.replayWebhook).toMatchObject({ code: 'INVALID_TRANSITION' })
    expect((await seen(eventId)).status).toBe('QUARANTINED')
  })
})
