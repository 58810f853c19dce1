import { randomUUID } from 'node:crypto'
import { runReconciliation } from '#services/billing/reconciliation/reconcile.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { loseWebhooks, type Selected, withDrift, withoutReconciliation } from '#test/support/reconciliation-runs.js'
import { BuyerBy, pricedTemplate, itWith, PROVIDERS } from './provider.js'

interface Run {
  checkedCount: number
  healedCount: number
  error: string | null
  drift: { kind: string; object: string; ours: unknown; theirs: { type?: string } | null; healed: boolean }[]
}

describe.each(PROVIDERS)('Reconciliation ($name)', (provider) => {
  const it = itWith(provider)
  let server: TestServer
  let operator: string
  let template: string
  beforeAll(async () => {
    server = await startTestServer()
    await withoutReconciliation(server, provider.name)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    template = await pricedTemplate(server, 'static-site', { amountMinor: 3000, interval: null })
  })
  afterEach(() => server.sandboxControl('DELETE', 'faults'))
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const named = (email: string) => BuyerBy.of(server, provider)(email)
  const reconcile = async (heal = false): Promise<Run> => {
    const { data, errors } = await server.graphql<{ reconcile: Selected<Run> }>(
      `mutation ($input: ReconcileInput!, $key: String!) { reconcile(input: $input, key: $key) { reconciliationRun { checkedCount healedCount error drift { nodes { kind object ours theirs healed } } } } }`,
      { input: { provider: provider.name, heal }, key: randomUUID() },
      operator,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    return withDrift(data.reconcile)
  }
  const quiet = () =>
    eventually(
      () =>
        server.query(
          `select 1 from inbox_object where pending union all select 1 from outbox_event where state = 'PENDING'`,
        ),
      (open) => open.length === 0,
      20_000,
    )
  // The sandbox retries failed deliveries, first after a second: events are missing only until `hears` is called.
  const hears = () => server.sandboxControl('DELETE', 'faults')
  const subscriptionOf = async ({ email }: BuyerBy) =>
    (
      await server.query<{ id: string; external_id: string; account_id: string }>(
        `select s.id, s.external_id, s.account_id from billing_subscription s join account a on a.id = s.account_id where a.external_id = $1`,
        [email],
      )
    )[0]!
  const kinds = (run: Run) => run.drift.map(({ kind, object }) => `${kind} ${object}`).sort()

  /** Changes without webhooks, by the expected result. */
  const missed: readonly (readonly [
    what: string,
    prepare: (buyer: BuyerBy) => Promise<unknown>,
    happen: (buyer: BuyerBy) => Promise<unknown>,
    state: (buyer: BuyerBy) => Promise<string>,
    before: string,
    after: string,
  ])[] = [
    [
      'the beginning of a subscription',
      async () => undefined,
      async (buyer) => buyer.pay((await buyer.start('startSubscription', { plan: 'plus' })).providerReference),
      async (buyer) => (await buyer.account()).plan.plan.code,
      'free',
      'plus',
    ],
    [
      'the end of a subscription',
      (buyer) => buyer.buy('startSubscription', { plan: 'plus' }),
      async (buyer) => {
        const [purchase] = (await buyer.account()).purchases.nodes
        // All of its money is refunded at the provider and it is ended there: no payment remains for the rest.
        await provider.refundThere(server, await buyer.paymentOf(purchase!.id))
        await provider.endThere(server, (await subscriptionOf(buyer)).external_id)
      },
      async (buyer) => (await buyer.account()).plan.plan.code,
      'plus',
      'free',
    ],
    [
      'a payment',
      async () => undefined,
      async (buyer) => {
        const { providerReference } = await buyer.start('purchaseTemplate', { templateId: template })
        await buyer.pay(providerReference)
        await provider.paymentOfPage(server, providerReference)
      },
      async (buyer) => (await buyer.account()).purchases.nodes.map(({ status }) => status).join(),
      '',
      'PAID',
    ],
    [
      'a refund',
      (buyer) => buyer.buy('purchaseTemplate', { templateId: template }),
      async (buyer) =>
        provider.refundThere(server, await buyer.paymentOf((await buyer.account()).purchases.nodes[0]!.id), {
          amountMinor: 1000,
          currency: 'USD',
        }),
      async (buyer) => (await buyer.account()).purchases.nodes.map(({ status }) => status).join(),
      'PAID',
      'PARTIALLY_REFUNDED',
    ],
    [
      'a refund of a subscription’s payment',
      (buyer) => buyer.buy('startSubscription', { plan: 'plus' }),
      async (buyer) =>
        provider.refundThere(server, await buyer.paymentOf((await buyer.account()).purchases.nodes[0]!.id), {
          amountMinor: 1000,
          currency: 'USD',
        }),
      async (buyer) => (await buyer.account()).purchases.nodes.map(({ status }) => status).join(),
      'PAID',
      'PARTIALLY_REFUNDED',
    ],
    [
      'a dispute',
      (buyer) => buyer.buy('purchaseTemplate', { templateId: template }),
      async (buyer) => buyer.dispute((await buyer.account()).purchases.nodes[0]!.id, 'needs_response'),
      async (buyer) => (await buyer.account()).purchases.nodes.map(({ status }) => status).join(),
      'PAID',
      'DISPUTED',
    ],
    [
      'a dispute that was lost',
      (buyer) => buyer.buy('purchaseTemplate', { templateId: template }),
      async (buyer) => buyer.dispute((await buyer.account()).purchases.nodes[0]!.id, 'lost'),
      async (buyer) => (await buyer.account()).purchases.nodes.map(({ status }) => status).join(),
      'PAID',
      'CHARGED_BACK',
    ],
  ]

  it.each(missed.map((one, index) => [...one, index] as const))(
    `finds %s without an event, and heals it on request (${provider.name})`,
    async (_what, prepare, happen, state, before, after, index) => {
      const buyer = await named(`missed-${index}@example.com`)
      await prepare(buyer)
      await quiet()
      expect(await reconcile()).toMatchObject({ error: null, drift: [] })
      await loseWebhooks(server)
      await happen(buyer)
      const found = await reconcile()
      expect(found.error).toBeNull()
      expect(found.drift.filter(({ kind }) => kind === 'MISSING_EVENT').length).toBeGreaterThan(0)
      expect([found.healedCount, await state(buyer)]).toEqual([0, before])
      await hears()
      const healed = await reconcile(true)
      expect(healed.drift.filter((drift) => !drift.healed)).toEqual([])
      await eventually(
        () => state(buyer),
        (now) => now === after,
        20_000,
      )
      await quiet()
      expect(await reconcile()).toMatchObject({ error: null, drift: [] })
      expect(await state(buyer)).toBe(after)
    },
  )

  it(`finds a renewal without an event by the hourly event reconciliation (${provider.name})`, async () => {
    const buyer = await named('renewal@example.com')
    await buyer.buy('startSubscription', { plan: 'basic' })
    await quiet()
    await loseWebhooks(server)
    await server.advanceTo('2026-02-15T12:00:00Z')
    const { context } = server.app
    const until = context.clock.now()
    const sweep = () =>
      runReconciliation(context, context.providers[provider.name]!, {
        scope: 'EVENTS',
        since: new Date(until.getTime() - 48 * 3_600_000),
        until,
        moneySince: until,
        accountId: null,
        heal: 'ALL',
        requestedBy: null,
      })
    const run = await sweep()
    await hears()
    expect(run.error).toBeNull()
    expect(run.drift.length).toBeGreaterThan(0)
    expect(run.drift.every(({ kind, healed }) => kind === 'missing_event' && healed)).toBe(true)
    await buyer.buyerWhen(({ purchases }) => purchases.totalCount === 2)
    await quiet()
    expect((await sweep()).drift).toEqual([])
    expect(await reconcile()).toMatchObject({ error: null, drift: [] })
  })

  it(`reports every kind of drift, heals it on request, and then finds none (${provider.name})`, async () => {
    const names = ['missing', 'unknown', 'status', 'plan', 'quantity', 'ungranted', 'overgranted', 'extra', 'kept']
    const buyers = new Map<string, { buyer: BuyerBy; id: string; external_id: string; account_id: string }>()
    for (const name of names) {
      const buyer = await named(`${name}@example.com`)
      await buyer.buy('startSubscription', { plan: 'plus', quantity: name === 'quantity' ? 3 : 1 })
      buyers.set(name, { buyer, ...(await subscriptionOf(buyer)) })
    }
    await quiet()
    expect(await reconcile()).toMatchObject({ drift: [], healedCount: 0, error: null })

    const { id: overgranted, external_id: ended, buyer: leaver } = buyers.get('overgranted')!
    await loseWebhooks(server)
    const [purchase] = (await leaver.account()).purchases.nodes
    await provider.refundThere(server, await leaver.paymentOf(purchase!.id))
    await provider.endThere(server, ended)
    await server.query(`update billing_subscription set status = 'CANCELED' where id = $1`, [overgranted])
    // Recorded as a cancellation at the end of the paid period.
    await server.query(
      `insert into requested_cancellation (provider, external_id, account_id, requested_at) values ($1, $2, $3, now())`,
      [provider.name, ended, buyers.get('overgranted')!.account_id],
    )
    for (const name of ['missing', 'unknown']) {
      const { id } = buyers.get(name)!
      await server.query(`delete from plan_assignment where source_id = $1`, [id])
      await server.query(`delete from subscription_item where subscription_id = $1`, [id])
      await server.query(`delete from billing_subscription where id = $1`, [id])
    }
    const set = (name: string, sql: string) =>
      server.query(`update billing_subscription set ${sql} where id = $1`, [buyers.get(name)!.id])
    await server.query(`update billing_customer set customer_id = null where account_id = $1`, [
      buyers.get('unknown')!.account_id,
    ])
    await set('status', `status = 'PAUSED'`)
    await set(
      'plan',
      `plan_version_id = (select v.id from plan_version v join plan p on p.id = v.plan_id where p.code = 'basic')`,
    )
    await set('quantity', `quantity = 1`)
    await server.query(`update plan_assignment set ended_at = since where source_id = $1`, [
      buyers.get('ungranted')!.id,
    ])
    await set('extra', `external_id = '${provider.unknownSubscription}'`)

    const found = await reconcile()
    await hears()
    expect([found.error, found.healedCount]).toEqual([null, 0])
    const of = (kind: string, name: string) => `${kind} subscription:${buyers.get(name)!.external_id}`
    // The refund is found apart from the subscription that it ended.
    expect(kinds(found).filter((line) => !/^MISSING_(EVENT|REFUND) /.test(line))).toEqual(
      [
        of('MISSING_SUBSCRIPTION', 'missing'),
        // Our own row of it bears a name that the provider does not know.
        of('MISSING_SUBSCRIPTION', 'extra'),
        `EXTRA_SUBSCRIPTION subscription:${provider.unknownSubscription}`,
        of('UNKNOWN_CUSTOMER', 'unknown'),
        of('WRONG_STATUS', 'status'),
        of('WRONG_PLAN', 'plan'),
        of('WRONG_QUANTITY', 'quantity'),
        of('PAID_NOT_GRANTED', 'ungranted'),
        of('GRANTED_NOT_PAID', 'overgranted'),
      ].sort(),
    )
    expect(found.drift.find(({ kind }) => kind === 'WRONG_PLAN')).toMatchObject({
      ours: { plan: 'basic' },
      theirs: { plan: 'plus' },
      healed: false,
    })
    const measured = async () => (await server.rest('GET', '/metrics')).body as unknown as string
    const series = `stackgate_reconciliation_drift{provider="${provider.name}",kind="wrong_plan"}`
    expect(await measured()).toContain(`${series} 1`)
    const healed = await reconcile(true)
    expect(healed.drift.filter((drift) => !drift.healed)).toEqual([])
    await quiet()
    expect(await reconcile()).toMatchObject({ drift: [], healedCount: 0, error: null })
    expect(await measured()).toContain(`${series} 0`)
    for (const [name, { buyer }] of buyers)
      expect([name, (await buyer.account()).plan.plan.code]).toEqual([name, name === 'overgranted' ? 'free' : 'plus'])
    const [row] = await server.query<{ quantity: number }>(
      `select quantity from plan_assignment where source_id = $1 and ended_at is null`,
      [buyers.get('quantity')!.id],
    )
    expect(row!.quantity).toBe(3)
  })
})
