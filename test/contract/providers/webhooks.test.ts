import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { BuyerBy, pricedTemplate, PROVIDERS, type AnyEvent } from './provider.js'

describe.each(PROVIDERS)('Events ($name)', (provider) => {
  let server: TestServer
  let template: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-03-10T09:00:00Z' })
    template = await pricedTemplate(server, 'static-site', { amountMinor: 3000, interval: null })
  })
  afterEach(() => server.sandboxControl('DELETE', 'faults'))
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const named = (email: string) => BuyerBy.of(server, provider)(email)
  const inbox = async (eventId: string) =>
    (
      await server.query<{ state: string; state_reason: string }>(
        `select state, state_reason from inbox_event where event_id = $1`,
        [eventId],
      )
    )[0]
  const completed = (event: AnyEvent) =>
    eventually(
      () => inbox(event.id),
      (row) => row !== undefined && row.state !== 'RECEIVED',
      20_000,
    )

  it(`stores and ignores a type without a handler (${provider.name})`, async () => {
    const event = provider.idleEvent()
    const response = await provider.send(server, event)
    expect(await response.json()).toEqual({ received: true, state: 'ignored', duplicate: false })
    expect((await inbox(event.id))!.state).toBe('IGNORED')
  })

  it(`dead-letters events for unknown payments and changes nothing (${provider.name})`, async () => {
    const purchases = async () => (await server.query(`select 1 from purchase`)).length
    const before = await purchases()
    const events = provider.eventsAboutNothing()
    for (const event of events) {
      expect((await provider.send(server, event)).status).toBe(200)
      expect(await completed(event)).toMatchObject({
        state: 'DEAD',
        state_reason: expect.stringContaining('not found at the provider'),
      })
    }
    expect(await purchases()).toBe(before)
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const { data } = await server.graphql<{ webhookEvents: { nodes: { eventId: string; provider: string }[] } }>(
      `query ($provider: PaymentProvider) { webhookEvents(filter: { provider: $provider, statuses: [DEAD] }) { nodes { eventId provider } } }`,
      { provider: provider.name },
      operator,
    )
    expect(new Set(data.webhookEvents.nodes.map(({ eventId }) => eventId))).toEqual(new Set(events.map(({ id }) => id)))
  })

  it(`changes nothing when all events are sent again twice (${provider.name})`, async () => {
    const buyer = await named('again@example.com')
    await buyer.buy('purchaseTemplate', { templateId: template })
    await buyer.buy('startSubscription', { plan: 'plus' })
    await buyer.buyerWhen(({ purchases }) => purchases.nodes.length === 2)
    await quiet()
    const before = await stateOf(buyer.email)
    for (const event of await provider.events(server)) {
      const response = await provider.send(server, event)
      expect(response.status).toBe(200)
      await provider.send(server, { ...event, id: `${event.id}again` })
    }
    await quiet()
    expect(await stateOf(buyer.email)).toEqual(before)
  })

  it(`records a purchase once for duplicate events in any order (${provider.name})`, async () => {
    for (const action of ['webhook_duplicate', 'webhook_shuffle'])
      await server.sandboxControl('POST', 'faults', { match: {}, action, probability: 0.7, seed: 7 })
    const buyers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => named(`mixed-${name}@example.com`)))
    for (const buyer of buyers) {
      const page = await buyer.start('purchaseTemplate', { templateId: template })
      await buyer.pay(page.providerReference)
    }
    for (const buyer of buyers) {
      const records = await buyer.buyerWhen(({ purchases }) => purchases.nodes[0]?.status === 'PAID')
      expect(records).toMatchObject({ purchases: { totalCount: 1 }, purchasedTemplates: [{ slug: 'static-site' }] })
    }
  })

  it(`finds missing events in the provider's list and processes them (${provider.name})`, async () => {
    const buyer = await named('unheard@example.com')
    const page = await buyer.start('purchaseTemplate', { templateId: template })
    await server.sandboxControl('POST', 'faults', { match: {}, action: 'webhook_drop' })
    await buyer.pay(page.providerReference)
    expect((await buyer.account()).purchases.nodes).toEqual([])
    const operator = await server.token('ops@example.com', { roles: ['admin'] })
    const run = await server.graphql<{
      reconcile: { error: string | null; drift: { nodes: { kind: string; healed: boolean }[] } }
    }>(
      `mutation ($provider: PaymentProvider) { reconcile(input: { provider: $provider, heal: true }, key: "once") { reconciliationRun { error drift { nodes { kind healed } } } } }`,
      { provider: provider.name },
      operator,
    )
    // Not earlier: a dropped webhook is sent again a second later, and would then not be missing.
    await server.sandboxControl('DELETE', 'faults')
    expect(run.data.reconcile.error).toBeNull()
    const missing = run.data.reconcile.drift.nodes.filter(({ kind }) => kind === 'MISSING_EVENT')
    expect(missing.length).toBeGreaterThan(0)
    expect(missing.every(({ healed }) => healed)).toBe(true)
    const records = await buyer.buyerWhen(({ purchases }) => purchases.nodes[0]?.status === 'PAID')
    expect(records.purchases.totalCount).toBe(1)
  })

  const quiet = () =>
    eventually(
      () =>
        server.query(
          `select 1 from inbox_object where pending and available_at <= now() union all select 1 from outbox_event where state = 'PENDING'`,
        ),
      (open) => open.length === 0,
      20_000,
    )

  /** Final state, without IDs and the order of the events. */
  const stateOf = async (email: string) => {
    const read = (sql: string) => server.query(sql, [email])
    const of = `join account a on a.id = t.account_id where a.external_id = $1`
    return {
      subscriptions: await read(
        `select t.status, t.quantity, t.current_period_end, t.cancel_at from billing_subscription t ${of}`,
      ),
      plans: await read(`select t.plan_version_id, t.period_end, t.ended_at from plan_assignment t ${of}`),
      checkouts: await read(`select t.status from checkout t ${of} order by 1`),
      purchases: await read(
        `select t.status, t.amount_minor::int, t.refunded_minor::int, t.expires_at, t.checkout_id is not null as from_checkout from purchase t ${of} order by 2`,
      ),
      ledger: await read(`select t.kind, t.amount from ledger_entry t ${of} order by 1, 2`),
      notifier: await read(`select t.type, count(*)::int as times from stream_event t ${of} group by 1 order by 1`),
      outbox: await read(`select t.type, count(*)::int as times from outbox_event t ${of} group by 1 order by 1`),
    }
  }
})
