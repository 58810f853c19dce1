import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { stripeEvent, stripeSignature } from '#test/support/signed-event.js'

interface ListedEvent {
  id: string
  eventId: string
  state: string
  stateReason: string | null
  attempts: number
  effects: string[]
  payload: { type: string }
}

const LIST = `query ($state: [InboxState!], $type: String, $first: Int, $after: String) {
  webhookEvents(provider: STRIPE, state: $state, type: $type, first: $first, after: $after) {
    nodes { id eventId state stateReason attempts effects payload } pageInfo { hasNextPage endCursor } } }`
const REPLAY = `mutation ($id: ID!) { replayWebhook(id: $id) { id state } }`

describe('Provider events for on-call operators', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer()
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(() => server.close())

  const deliver = async (event: Record<string, unknown>) => {
    const body = JSON.stringify(event)
    const headers = { 'stripe-signature': stripeSignature(body, server.webhookSecret) }
    expect(
      (
        await server.rest('POST', '/webhooks/stripe', {
          body,
          headers: { 'content-type': 'application/json', ...headers },
        })
      ).status,
    ).toBe(200)
    return event['id'] as string
  }
  const list = async (variables: Record<string, unknown> = {}) => {
    const answer = await server.graphql<{
      webhookEvents: { nodes: ListedEvent[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
    }>(LIST, variables, operator)
    expect(answer.errors).toBeUndefined()
    return answer.data.webhookEvents
  }
  const seen = async (eventId: string) => (await list()).nodes.find((event) => event.eventId === eventId)!
  const replay = (id: string, token = operator) =>
    server.graphql<{ replayWebhook: { id: string; state: string } }>(REPLAY, { id }, token)

  it('lists a dead letter with its reason and state, and applies it once when replayed after a fix [WH11]', async () => {
    const customer = await server.token('woken@example.com')
    const { data } = await server.graphql<{ startSubscription: { sessionId: string } }>(
      `mutation { startSubscription(input: { plan: "plus", idempotencyKey: "buy" }) { ... on Checkout { sessionId } } }`,
      {},
      customer,
    )
    await server.sandboxControl('POST', `checkouts/${data.startSubscription.sessionId}/pay`, {})
    const [subscription] = await eventually(
      () => server.query<{ id: string; external_id: string }>(`select id, external_id from billing_subscription`),
      (rows) => rows.length === 1,
    )
    const plan = async () =>
      (
        await server.graphql<{ account: { plan: { plan: { code: string } } } }>(
          `{ account { plan { plan { code } } } }`,
          {},
          customer,
        )
      ).data.account.plan.plan.code
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
      async () => (await list({ state: ['DEAD'], type: 'customer.subscription.deleted' })).nodes[0],
      (event) => event !== undefined,
    )
    expect(dead).toMatchObject({
      state: 'DEAD',
      stateReason: expect.stringMatching(/price price_\w+ of subscription sub_\w+ is not in the catalog/),
      payload: { type: 'customer.subscription.deleted' },
    })
    expect(await plan()).toBe('plus')

    await server.query(`update provider_price set external_id = replace(external_id, '_lost', '')`)
    expect((await replay(dead!.id)).data.replayWebhook).toEqual({ id: dead!.id, state: 'RECEIVED' })
    await eventually(plan, (code) => code === 'free')
    const completed = await eventually(
      () => seen(dead!.eventId),
      ({ state }) => state === 'PROCESSED',
    )
    expect(completed).toMatchObject({ stateReason: null, effects: [`subscription.canceled ${subscription!.id}`] })

    const again = await replay(dead!.id)
    expect(again.errors).toBeUndefined()
    expect(
      await eventually(
        () => seen(dead!.eventId),
        ({ state }) => state === 'PROCESSED',
      ),
    ).toMatchObject({ effects: [] })
  })

  it('lists page by page, newest first, and filters by type', async () => {
    for (let index = 0; index < 5; index++)
      await deliver(
        stripeEvent('radar.early_fraud_warning.created', { object: 'radar.early_fraud_warning', id: `issfr_${index}` }),
      )
    const variables = { type: 'radar.early_fraud_warning.created', first: 3 }
    const first = await list(variables)
    const rest = await list({ ...variables, after: first.pageInfo.endCursor })
    expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false])
    const ids = [...first.nodes, ...rest.nodes].map(
      ({ payload }) => payload as unknown as { data: { object: { id: string } } },
    )
    expect(ids.map(({ data }) => data.object.id)).toEqual(['issfr_4', 'issfr_3', 'issfr_2', 'issfr_1', 'issfr_0'])
    expect(first.nodes.every(({ state }) => state === 'IGNORED')).toBe(true)
  })

  it('keeps an event of another mode quarantined after a replay [OP1]', async () => {
    const eventId = await deliver(
      stripeEvent('customer.subscription.deleted', { object: 'subscription', id: 'sub_live' }, { livemode: true }),
    )
    const quarantined = await seen(eventId)
    expect(quarantined.state).toBe('QUARANTINED')
    expect((await replay(quarantined.id)).errors![0]!.extensions.code).toBe('CONFLICT')
    expect((await seen(eventId)).state).toBe('QUARANTINED')
  })

  it('requires an operator or a service key with an operator scope [SE1]', async () => {
    const { nodes } = await list({ state: ['IGNORED'], first: 1 })
    const customer = await server.token('curious@example.com')
    const reader = await server.serviceKey(['ops:read'])
    const codes = async (token: string) => {
      const read = await server.graphql(LIST, {}, token)
      const write = await replay(nodes[0]!.id, token)
      const node = await server.graphql<{ node: { id: string } | null }>(
        `query ($id: ID!) { node(id: $id) { id } }`,
        { id: nodes[0]!.id },
        token,
      )
      return [
        read.errors?.[0]?.extensions.code ?? 'ok',
        write.errors?.[0]?.extensions.code ?? 'ok',
        node.data.node?.id ?? null,
      ]
    }
    expect(await codes(customer)).toEqual(['FORBIDDEN', 'FORBIDDEN', null])
    expect(await codes(reader)).toEqual(['ok', 'FORBIDDEN', nodes[0]!.id])
    expect(await codes(await server.serviceKey(['ops:*']))).toEqual(['ok', 'ok', nodes[0]!.id])
    expect((await replay('ibx_00000000000000000000000000')).errors![0]!.extensions.code).toBe('NOT_FOUND')
  })
})
