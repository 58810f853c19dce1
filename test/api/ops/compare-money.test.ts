import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import { loseWebhooks } from '#test/support/reconciliation-runs.js'
import {
  cleanRun,
  moneyOf,
  postToStripe,
  reconcileMoney,
  refundsAtStripe,
  resolveDrift,
  untilCounted,
  untilQuiet,
  type Drift,
  type Run,
} from '#test/support/money-runs.js'
import { change, stripeObject, subscribe, type Subscriber } from '#test/support/subscribers.js'

describe('Reconciliation of payments', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    server = await startTestServer()
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const reconcile = (input: object = {}): Promise<Run> => reconcileMoney(server, operator, input)
  const resolve = (drift: Drift): Promise<Drift> => resolveDrift(server, operator, drift)
  const clean = () => cleanRun(server, operator)
  /** The sandbox then repeats what it withheld, so that a first comparison has to come before. */
  const delivered = () => server.sandboxControl('DELETE', 'faults')
  const purchases = ({ accountId }: Pick<Subscriber, 'accountId'>) =>
    server.query<{ id: string; status: string; amount: number; payment_id: string }>(
      `select id, status, amount_minor::int as amount, payment_id from purchase where account_id = $1 order by purchased_at, id`,
      [accountId],
    )

  it('reports a renewal whose webhooks were lost for four days, and records it without `from`', async () => {
    const who = await subscribe(server, 'a15@example.com', { plan: 'plus' })
    await untilQuiet(server)
    await loseWebhooks(server)
    await server.advanceTo('2026-02-19T12:00:00Z')
    const found = moneyOf(await reconcile()).filter(({ account }) => account?.id === who.accountId)
    await delivered()
    expect(found.map(({ kind, action }) => [kind, action])).toEqual([
      ['MISSING_PURCHASE', 'APPLY'],
      ['MISSING_PURCHASE', 'REFUND'],
    ])
    expect(found[0]!.description).toMatch(/^Invoice in_\w+ over \$20\.00 is paid at the provider, and no purchase here/)
    expect(found[1]!.description).toMatch(/^The provider received \$20\.00 by payment pi_\w+, and no purchase here/)
    const healed = await reconcile({ heal: true })
    expect(healed.drift.filter((drift) => !drift.healed)).toEqual([])
    expect((await purchases(who)).map(({ amount }) => amount)).toEqual([2000, 2000])
    await untilQuiet(server)
    const after = await clean()
    expect(after.drift).toEqual([])
    // Of the last 35 days: the renewal.
    expect(after.comparedMoney).toEqual([
      { what: 'received', theirs: { decimal: '20.00' }, ours: { decimal: '20.00' } },
    ])
  })

  it("reports a purchase above the received amount, and corrects it on an operator's request", async () => {
    const who = await subscribe(server, 'a5@example.com', { plan: 'plus', quantity: 2 })
    await change(server, who, 'changePlan', { plan: 'plus', quantity: 1, at: 'NOW' })
    await server.advanceTo('2026-03-20T12:00:00Z')
    await untilQuiet(server)
    await untilCounted(server)
    // A renewal paid by credit, recorded and counted as if it was paid by money.
    const [renewal] = await server.query<{ id: string }>(
      `update purchase set amount_minor = 2000, credit_minor = 0 where account_id = $1 and credit_minor = 2000 returning id`,
      [who.accountId],
    )
    await server.query(
      `update sales_daily d set gross_minor = d.gross_minor + 2000 from purchase p
       where p.id = $1 and d.day = (p.purchased_at at time zone 'UTC')::date and d.product_id = p.product_id`,
      [renewal!.id],
    )
    const run = await reconcile({ heal: true, accountId: 'person:a5@example.com' })
    const [drift, ...others] = moneyOf(run)
    expect(others).toEqual([])
    expect(drift).toMatchObject({
      kind: 'WRONG_AMOUNT',
      action: 'APPLY',
      healed: false,
      account: { id: who.accountId },
    })
    expect(drift!.description).toMatch(
      /^Invoice in_\w+ was paid with \$0\.00 in money and \$20\.00 in credit, and purchase pur_\w+ records \$20\.00 in money\.$/,
    )
    await resolve(drift!)
    expect((await purchases(who)).find(({ id }) => id === renewal!.id)!.amount).toBe(0)
    expect(moneyOf(await reconcile({ accountId: who.accountId }))).toEqual([])
  })

  it("reports a charge against a scheduled change or end, and refunds it on an operator's request", async () => {
    for (const [email, kind, words] of [
      ['a6@example.com', 'PLAN', 'although another price was scheduled from'],
      ['a7@example.com', 'CANCEL', 'although its end was scheduled for'],
    ] as const) {
      const who = await subscribe(server, email, { plan: 'plus' })
      await untilQuiet(server)
      // A request that was never executed before the period was charged.
      await server.query(
        `insert into subscription_change (id, account_id, subscription_id, kind, status, at, from_price_id, to_price_id, as_of, effective_at, pushed_to_provider)
         select 'sch_' || s.id, s.account_id, s.id, $2, 'SCHEDULED', 'PERIOD_END', i.price_id,
           case when $2 = 'PLAN' then (select id from price where id <> i.price_id limit 1) end, s.started_at, s.started_at, true
         from billing_subscription s join subscription_item i on i.account_id = s.account_id and i.subscription_id = s.id
         where s.external_id = $1`,
        [who.externalId, kind],
      )
      const run = await reconcile({ heal: true, accountId: who.accountId })
      const drift = moneyOf(run).find((one) => one.kind === 'CHARGED_AGAINST_PLAN')!
      expect(drift).toMatchObject({ action: 'REFUND', healed: false })
      expect(drift.description).toContain(words)
      await server.query(`update subscription_change set status = 'SUPERSEDED' where account_id = $1`, [who.accountId])
      await resolve(drift)
      const [purchase] = await eventually(
        () => purchases(who),
        ([first]) => first?.status === 'REFUNDED',
        20_000,
      )
      expect(await refundsAtStripe(server, purchase!.payment_id)).toEqual([2000])
      expect((await resolve(drift)).healed).toBe(true)
    }
  })

  it('reports an unrecorded second payment of one checkout, and refunds it', async () => {
    const who = await subscribe(server, 'a13@example.com', { plan: 'plus' })
    await untilQuiet(server)
    const first = await stripeObject<{
      items: { data: [{ price: { id: string } }] }
      metadata: Record<string, string>
    }>(server, `subscriptions/${who.externalId}`)
    await loseWebhooks(server)
    const page = await postToStripe<{ id: string }>(server, 'checkout/sessions', {
      mode: 'subscription',
      customer: who.customerId,
      'line_items[0][price]': first.items.data[0].price.id,
      'line_items[0][quantity]': '1',
      success_url: 'https://example.com/ok',
      'subscription_data[metadata][checkout_id]': first.metadata['checkout_id']!,
    })
    await server.sandboxControl('POST', `checkouts/${page.id}/pay`, {})
    const found = moneyOf(await reconcile({ accountId: who.accountId }))
    await delivered()
    expect(found.map(({ kind, object }) => `${kind} ${object.split(':')[0]}`)).toEqual([
      'MISSING_PURCHASE invoice',
      'MISSING_PURCHASE payment',
    ])
    await reconcile({ heal: true })
    await eventually(
      async () => (await purchases(who)).map(({ status }) => status).toSorted(),
      (statuses) => statuses.join() === 'PAID,REFUNDED',
      20_000,
    )
    await untilQuiet(server)
    expect(moneyOf(await reconcile({ accountId: who.accountId }))).toEqual([])
  })

  it('counts an invoice below the smallest charge, and the later one that collects it', async () => {
    const who = await subscribe(server, 'small@example.com', { plan: 'basic' })
    const [period] = await server.query<{ end: Date }>(
      `select current_period_end as end from billing_subscription where account_id = $1`,
      [who.accountId],
    )
    const at = (hours: number) => new Date(period!.end.getTime() + hours * 3_600_000).toISOString()
    await server.advanceTo(at(-2))
    await change(server, who, 'changePlan', { plan: 'plus', at: 'NOW' })
    await untilQuiet(server)
    const invoices = () =>
      server.query<{ total: number; paid: number; credit: number }>(
        `select total_minor::int as total, amount_paid_minor::int as paid, credit_minor::int as credit from invoice
         where account_id = $1 order by created_at desc limit 1`,
        [who.accountId],
      )
    const [small] = await eventually(invoices, ([latest]) => latest?.paid === 0)
    expect(small).toEqual({ total: expect.any(Number), paid: 0, credit: small!.total })
    expect([small!.total > 0, small!.total < 50]).toEqual([true, true])
    await clean()
    await server.advanceTo(at(2))
    await untilQuiet(server)
    expect(await invoices()).toEqual([{ total: 2000, paid: 2000 + small!.total, credit: 0 }])
    expect(moneyOf(await clean())).toEqual([])
  })

  it('reports missed refunds and disputes, and a credit mismatch; an accepted one is not reported again', async () => {
    const who = await subscribe(server, 'moved@example.com', { plan: 'plus' })
    const other = await subscribe(server, 'disputed@example.com', { plan: 'plus' })
    await change(server, who, 'changePlan', { plan: 'basic', at: 'NOW' })
    await untilQuiet(server)
    await clean()
    await loseWebhooks(server)
    await postToStripe(server, 'refunds', { payment_intent: (await purchases(other))[0]!.payment_id, amount: '500' })
    await server.sandboxControl('POST', 'disputes', {
      payment: (await purchases(who))[0]!.payment_id,
      status: 'needs_response',
    })
    await postToStripe(server, `customers/${who.customerId}/balance_transactions`, { amount: '-5000', currency: 'usd' })
    const kindsOf = (run: Run) => moneyOf(run).map(({ kind, healed }) => `${kind} ${healed}`)
    expect(kindsOf(await reconcile())).toEqual(['MISSING_DISPUTE false', 'MISSING_REFUND false', 'WRONG_CREDIT false'])
    await delivered()
    const run = await reconcile({ heal: true })
    // The run imports the missing events first. What they record before money is compared is no longer a difference.
    expect(['MISSING_DISPUTE true', 'MISSING_REFUND true', 'WRONG_CREDIT false']).toEqual(
      expect.arrayContaining(kindsOf(run)),
    )
    await untilQuiet(server)
    await server.query(`delete from credit_adjustment where account_id = $1 and cause like 'provider:%'`, [
      who.accountId,
    ])
    const [credit] = moneyOf(await reconcile({ heal: true })) as [ReturnType<typeof moneyOf>[number]]
    expect(credit.kind).toBe('WRONG_CREDIT')
    expect(credit).toMatchObject({ action: 'ACCEPT', account: { id: who.accountId } })
    expect(credit.description).toContain(
      'has $60.00 credit at the provider; invoices and adjustments here add up to $10.00',
    )
    await resolve(credit)
    await untilQuiet(server)
    expect(kindsOf(await reconcile())).toEqual([])
  })

  it('reports sales figures that differ from their purchases, and recounts them on request', async () => {
    await untilCounted(server)
    const [wrong] = await server.query<{ day: string; gross: number; product: string; currency: string }>(
      `select day::text as day, gross_minor::int + 1234 as gross, product_id as product, currency
       from sales_daily where gross_minor > 0 order by day desc limit 1`,
    )
    await server.query(
      `update sales_daily set gross_minor = gross_minor + 1234, reversed_minor = reversed_minor + 1
       where day = $1::date and product_id = $2 and currency = $3`,
      [wrong!.day, wrong!.product, wrong!.currency],
    )
    const run = await reconcile({ heal: true })
    const [drift, ...others] = moneyOf(run)
    expect(others).toEqual([])
    expect(drift).toMatchObject({
      kind: 'WRONG_SALES',
      object: `sales:${wrong!.day}/USD`,
      action: 'APPLY',
      healed: false,
    })
    expect(drift!.description).toMatch(
      /^The sales figures of \w+ \d+, 2026 show \$\d+\.\d\d received and \$\d+\.\d\d returned; the purchases of that day add up to/,
    )
    await resolve(drift!)
    const [right] = await server.query<{ gross: number }>(
      `select sum(gross_minor)::int as gross from sales_daily where day = $1::date`,
      [wrong!.day],
    )
    const [paid] = await server.query<{ gross: number }>(
      `select sum(amount_minor)::int as gross from purchase where (purchased_at at time zone 'UTC')::date = $1::date`,
      [wrong!.day],
    )
    expect(right).toEqual(paid)
    expect(moneyOf(await clean())).toEqual([])
  })

  it('denies an unknown account instead of comparing nothing', async () => {
    await expect(reconcile({ accountId: 'person:nobody@example.com' })).rejects.toThrow('Account not found.')
  })
})
