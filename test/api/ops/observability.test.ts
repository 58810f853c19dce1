import { buyPlan } from '#test/support/buy-plan.js'
import { entitlementService, newAccount } from '#test/support/entitlements.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { startWebhookReceiver, type WebhookReceiver } from '#test/support/webhook-receiver.js'

describe('Logs and metrics', () => {
  let server: TestServer
  let receiver: WebhookReceiver
  let operator: string
  beforeAll(async () => {
    receiver = await startWebhookReceiver()
    server = await startTestServer({
      start: '2026-01-15T10:00:00Z',
      env: { CATALOG: 'agileforge', ALLOWED_PRIVATE_HOSTS: '127.0.0.1' },
    })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    await server.graphql(
      `mutation ($url: String!) { createWebhookEndpoint(input: { url: $url, types: ["*"], allAccounts: true }, key: "e") { denial { code } } }`,
      { url: `${receiver.url}/all` },
      operator,
    )
  })
  afterAll(async () => {
    await server.close()
    await receiver.close()
  })

  const lines = () =>
    server.logLines.map((line) => JSON.parse(line) as { msg: string; requestId?: string; type?: string })
  const expectLogged = (phrase: string | RegExp) =>
    eventually(
      () => lines().filter(({ msg }) => (typeof phrase === 'string' ? msg === phrase : phrase.test(msg))),
      (found) => found.length > 0,
      20_000,
    )

  it('contain the required messages, each in a structured line', async () => {
    const ann = await server.token('ann@example.com')
    await expectLogged('Created Stripe product')
    await server.rest('POST', '/webhooks/stripe', { body: {}, headers: { 'stripe-signature': 't=1,v1=00' } })
    await expectLogged('Stripe webhook signature verification failed')

    await buyPlan(server, ann, 'professional')
    await expectLogged('Subscription created')
    await expectLogged('Processed checkout completion')

    const { data } = await server.graphql<{ purchasePackage: { providerReference: string } }>(
      `mutation { purchasePackage(input: { provider: STRIPE, package: "stories_50" }, key: "pack") { checkout { providerReference } } }`,
      {},
      ann,
    )
    await server.sandboxControl('POST', `checkouts/${data.purchasePackage.providerReference}/pay`, {})
    await expectLogged('Granted credits')

    const service = await entitlementService(server)
    const accountId = await newAccount(server, 'small@example.com')
    for (let used = 0; used < 25; used++)
      await service.consume({ accountId, feature: 'ai_stories', amount: 1, idempotencyKey: `use-${used}` })
    await expectLogged('Usage warning')

    await server.graphql(`mutation { cancelSubscription(at: NOW, key: "end") { denial { code } } }`, {}, ann)
    await expectLogged(/^Subscription sub_\w+ canceled, downgraded to free$/)
  })

  it('contain the new status of an updated subscription', async () => {
    await buyPlan(server, await server.token('bob@example.com'), 'professional')
    await server.advanceTo('2026-02-16T10:00:00Z')
    await expectLogged(/^Subscription sub_\w+ updated to active$/)
  })

  it('trace one ID from the request through the payment to its webhook', async () => {
    const token = await server.token('traced@example.com')
    const answer = await server.rest('POST', '/graphql', {
      token,
      headers: { 'x-request-id': 'the-one-id' },
      body: {
        query: `mutation { startSubscription(input: { provider: STRIPE, plan: "professional" }, key: "traced") { checkout { providerReference } } }`,
      },
    })
    expect(answer.headers.get('x-request-id')).toBe('the-one-id')
    const { data } = answer.body as { data: { startSubscription: { checkout: { providerReference: string } } } }
    await server.sandboxControl('POST', `checkouts/${data.startSubscription.checkout.providerReference}/pay`, {})
    const published = await eventually(
      () => receiver.received.filter(({ headers }) => headers['x-request-id'] === 'the-one-id'),
      (found) => found.some(({ body }) => body.includes('"subscription.activated"')),
      20_000,
    )
    expect(published.map(({ path }) => path)).toContain('/all')
    const rows = await eventually(
      () => server.query<{ type: string }>(`select type from outbox_event where request_id = 'the-one-id'`),
      (found) => found.some(({ type }) => type === 'checkout.completed'),
      20_000,
    )
    expect(rows.map(({ type }) => type)).toContain('subscription.activated')
    expect(
      lines().filter(({ requestId, msg }) => requestId === 'the-one-id' && msg === 'Subscription created'),
    ).toHaveLength(1)
  })

  it('count requests by route, errors by code, usage by outcome and calls by operation', async () => {
    await server.graphql(`{ account(id: "acc_nobody") { id } }`, {}, operator)
    await server.rest('GET', '/nothing/here')
    await server.graphql(`mutation { cancelCommand(id: "cmd_nothing") { denial { code } } }`, {}, operator)
    const metrics = (await server.rest('GET', '/metrics')).body as unknown as string
    for (const wanted of [
      /^stackgate_http_request_duration_seconds_count\{method="POST",route="\/graphql",status="200"\} \d+$/m,
      /^stackgate_http_request_duration_seconds_count\{method="GET",route="none",status="404"\} \d+$/m,
      /^stackgate_errors_total\{code="\w+"\} \d+$/m,
      /^stackgate_entitlement_operations_total\{operation="consume",outcome="done"\} 25$/m,
      /^stackgate_provider_call_duration_seconds_count\{provider="STRIPE",operation="checkout\.sessions\.create"\} \d+$/m,
      /^stackgate_queue_dead\{queue="inbox"\} 0$/m,
      /^stackgate_database_pool_connections \d+$/m,
    ])
      expect(metrics).toMatch(wanted)
  })
})
