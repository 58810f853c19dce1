import { variablesOf } from '#test/support/mutations.js'
import { Subscription } from '@stackgate/client/documents'
import { startTestServer, eventually, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import {
  accountOf,
  change,
  eventsOf,
  limitOf,
  stripeObject,
  subscribe,
  type Subscriber,
} from '#test/support/subscribers.js'

interface Row {
  readonly id: string
  readonly product: string
  readonly status: string
  readonly amount: number
  readonly credit: number
  readonly credited: number
  readonly taken_back: number
  readonly payment_id: string | null
}

const REFUND = `mutation ($amount: MoneyInput, $id: ID!, $key: String!, $reason: String!) { refundPurchase(amount: $amount, id: $id, key: $key, reason: $reason) { purchase { __typename status } denial { __typename code message } } }`

/** A card whose refunds fail days later. */
const REFUND_FAILS = '4000000000005126'

// Everybody subscribes on 15 January 2026 at 10:00, by the month: basic 10, plus 20, individual 40 dollars a server.
describe('Reversed payments revoke what they paid for, at most the amount paid', () => {
  let server: TestServer
  let operator: string
  let serial = 0
  beforeAll(async () => {
    server = await startTestServer()
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    // The daily comparison can meet a change whose webhook is still on its way. This one comes after all of them.
    const { errors } = await server.graphql(
      `mutation { reconcile(input: { provider: STRIPE, from: "2025-12-01T00:00:00Z" }, key: "last") { denial { code } } }`,
      {},
      operator,
    )
    expect(errors).toBeUndefined()
    await expectInvariants(server)
    await server.close()
  })

  const purchases = (who: Pick<Subscriber, 'accountId'>) =>
    server.query<Row>(
      `select p.id, o.code as product, p.status, p.amount_minor::int as amount, p.credit_minor::int as credit, p.credited_minor::int as credited,
         p.reversed_minor::int as taken_back, p.payment_id from purchase p join product o on o.id = p.product_id
       where p.account_id = $1 order by p.purchased_at, p.step is not null, p.id`,
      [who.accountId],
    )
  const purchasesWhen = (who: Subscriber, until: (rows: Row[]) => boolean) =>
    eventually(() => purchases(who), until, 20_000)
  const refund = async (purchaseId: string, amountMinor?: number) => {
    const amount = amountMinor === undefined ? null : { amountMinor, currency: 'USD' }
    const input = { purchaseId, amount, reason: 'asked for', idempotencyKey: `r-${++serial}` }
    const { data, errors } = await server.graphql<{
      refundPurchase: { __typename: string; code?: string; message?: string; status?: string }
    }>(REFUND, variablesOf('refundPurchase', input), operator)
    if (errors) throw new Error(JSON.stringify(errors))
    return data.refundPurchase
  }
  const post = (path: string, body: Record<string, string>) =>
    fetch(`${server.sandbox.url}/v1/${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_sandbox_server' },
      body: new URLSearchParams(body),
    })
  const refundThere = (paymentId: string, amount?: number) =>
    post('refunds', { payment_intent: paymentId, ...(amount ? { amount: String(amount) } : {}) })
  const dispute = (payment: string, status: string) => server.sandboxControl('POST', 'disputes', { payment, status })
  const creditOf = async ({ customerId }: Subscriber) =>
    0 - (await stripeObject<{ balance: number }>(server, `customers/${customerId}`)).balance
  const quantityWhen = (who: Subscriber, quantity: number | null) =>
    eventually(
      async () => (await accountOf(server, who)).subscription?.quantity ?? null,
      (seen) => seen === quantity,
      20_000,
    )
  const planWhen = (who: Subscriber, plan: string) =>
    eventually(
      async () => (await accountOf(server, who)).plan.plan.code,
      (seen) => seen === plan,
      20_000,
    )
  /** Moves the clock two hours after the end of the running period. */
  const toRenewal = async (who: Subscriber) => {
    const { subscription } = await accountOf(server, who)
    await server.advanceTo(new Date(Date.parse(subscription!.currentPeriodEnd) + 7_200_000).toISOString())
  }
  const refundsThere = async (paymentId: string) =>
    (await stripeObject<{ data: { amount: number }[] }>(server, `refunds?payment_intent=${paymentId}`)).data.map(
      ({ amount }) => amount,
    )

  it('revokes the servers whose payment is charged back and keeps those that stay paid', async () => {
    const who = await subscribe(server, 'a2@example.com', { plan: 'basic', quantity: 2 })
    await change(server, who, 'changePlan', { plan: 'basic', quantity: 100 })
    const [base, added] = await purchasesWhen(who, (rows) => rows.length === 2)
    expect([base!.amount, added!.amount]).toEqual([2000, 98_000])
    await dispute(added!.payment_id!, 'lost')
    await quantityWhen(who, 2)
    expect(limitOf(await accountOf(server, who), 'managed_servers')).toBe(2)
    const subscription = await stripeObject<{ items: { data: { quantity: number }[] } }>(
      server,
      `subscriptions/${who.externalId}`,
    )
    expect(subscription.items.data.map(({ quantity }) => quantity)).toEqual([2])
    await refund(base!.id)
    await planWhen(who, 'free')

    const other = await subscribe(server, 'a2-first@example.com', { plan: 'basic', quantity: 2 })
    await change(server, other, 'changePlan', { plan: 'basic', quantity: 100 })
    const [first, second] = await purchasesWhen(other, (rows) => rows.length === 2)
    // The first payment is refunded. The quantity that the second one paid for stays.
    expect((await refund(first!.id)).status).toBe('REFUNDED')
    await quantityWhen(other, 98)
    await refund(second!.id)
    await planWhen(other, 'free')
  })

  it('restores servers if the refund that revoked them fails, without those that were removed', async () => {
    const raised = async (email: string) => {
      const who = await subscribe(server, email, { plan: 'basic', card: REFUND_FAILS })
      await change(server, who, 'changePlan', { plan: 'basic', quantity: 9 })
      const [, added] = await purchasesWhen(who, (rows) => rows.length === 2)
      return { who, added: added! }
    }
    const keeping = await raised('a2-fails@example.com')
    const lowering = await raised('a2-lower@example.com')
    await change(server, lowering.who, 'changePlan', { plan: 'basic', quantity: 2, at: 'NOW' })
    await quantityWhen(lowering.who, 2)
    const revertedWhen = (reverted: boolean) =>
      eventually(
        () =>
          server.query('select from purchase where id = any($1) and reverted = $2', [
            [keeping.added.id, lowering.added.id],
            reverted,
          ]),
        (rows) => rows.length === 2,
      )
    await refund(keeping.added.id)
    await refund(lowering.added.id)
    await quantityWhen(keeping.who, 1)
    await revertedWhen(true)
    await server.advanceTo('2026-01-25T10:00:00Z')
    expect(await quantityWhen(keeping.who, 9)).toBe(9)
    await revertedWhen(false)
    expect((await accountOf(server, lowering.who)).subscription?.quantity).toBe(2)
  })

  it('revokes the higher plan with its payment, and the plan with the first payment', async () => {
    const up = async (email: string) => {
      const who = await subscribe(server, email, { plan: 'plus' })
      await change(server, who, 'changePlan', { plan: 'individual' })
      const rows = await purchasesWhen(who, (seen) => seen.length === 2)
      expect(rows.map(({ product, amount }) => [product, amount])).toEqual([
        ['plus', 2000],
        ['individual', 2000],
      ])
      return { who, first: rows[0]!, second: rows[1]! }
    }
    const one = await up('a4-second@example.com')
    await refund(one.second.id)
    await planWhen(one.who, 'plus')

    const other = await up('a4-first@example.com')
    await refund(other.first.id)
    await planWhen(other.who, 'free')
    await eventually(
      () => refundsThere(other.second.payment_id!),
      (amounts) => amounts.join() === '2000',
      20_000,
    )
    await eventually(
      () => eventsOf(server, other.who, 'payment.returned'),
      (events) => events.length === 1,
    )
  })

  it('refunds nothing of a payment that was charged back', async () => {
    const who = await subscribe(server, 'charged-back@example.com', { plan: 'plus' })
    const [purchased] = await purchasesWhen(who, (rows) => rows.length === 1)
    await dispute(purchased!.payment_id!, 'lost')
    await planWhen(who, 'free')
    await eventually(
      () => server.query(`select 1 from purchase where id = $1 and reverted`, [purchased!.id]),
      (rows) => rows.length === 1,
      20_000,
    )
    expect(await server.query(`select 1 from refund where purchase_id = $1`, [purchased!.id])).toEqual([])
    expect(await eventsOf(server, who, 'payment.returned')).toEqual([])
  })

  it('returns a payment for a change after its dispute is won, if the payment before it was refunded', async () => {
    const who = await subscribe(server, 'dispute-won@example.com', { plan: 'plus' })
    await change(server, who, 'changePlan', { plan: 'individual' })
    const [base, step] = await purchasesWhen(who, (rows) => rows.length === 2)
    await dispute(step!.payment_id!, 'needs_response')
    await purchasesWhen(who, (rows) => rows[1]!.status === 'DISPUTED')
    await refund(base!.id)
    await planWhen(who, 'free')
    await eventually(
      () => server.query(`select 1 from purchase where id = $1 and reverted`, [step!.id]),
      (rows) => rows.length === 1,
      20_000,
    )
    expect(await server.query(`select 1 from refund where purchase_id = $1`, [step!.id])).toEqual([])
    await dispute(step!.payment_id!, 'won')
    await purchasesWhen(who, (rows) => rows[1]!.status === 'REFUNDED')
    expect(await refundsThere(step!.payment_id!)).toEqual([2000])
  })

  it('refunds only the part that did not become credit, with the reason', async () => {
    const who = await subscribe(server, 'a3@example.com', { plan: 'basic', quantity: 100 })
    await change(server, who, 'changePlan', { plan: 'basic', quantity: 1, at: 'NOW' })
    const [purchased] = await purchasesWhen(who, ([first]) => first?.credited === 99_000)
    expect(await creditOf(who)).toBe(99_000)
    const { data } = await server.graphql(Subscription, {}, who.token)
    expect(data.account!.billing!.creditBalance!.decimal).toBe('990.00') // DF-A23
    expect(await refund(purchased!.id, 100_000)).toMatchObject({
      code: 'INVALID_AMOUNT',
      message:
        'The amount must be between $0.01 and $10.00: $1,000.00 was paid, $990.00 became credit at the provider or was returned outside of it.',
    })
    expect((await refund(purchased!.id)).__typename).toBe('Purchase')
    expect(await refundsThere(purchased!.payment_id!)).toEqual([1000])
  })

  it('revokes credit if its payment is refunded at the provider afterwards', async () => {
    const who = await subscribe(server, 'a3-there@example.com', { plan: 'basic', quantity: 100 })
    await change(server, who, 'changePlan', { plan: 'basic', quantity: 1, at: 'NOW' })
    const [purchased] = await purchasesWhen(who, ([first]) => first?.credited === 99_000)
    await refundThere(purchased!.payment_id!)
    await eventually(
      () => creditOf(who),
      (credit) => credit === 0,
      20_000,
    )
    expect(
      await eventually(
        () => purchases(who),
        ([first]) => first?.credited === 0,
      ),
    ).toMatchObject([{ taken_back: 100_000 }])
  })

  it('grants no credit for money refunded before', async () => {
    const who = await subscribe(server, 'a3-before@example.com', { plan: 'basic', quantity: 25 })
    const [purchased] = await purchasesWhen(who, (rows) => rows.length === 1)
    await refund(purchased!.id, 2000)
    await change(server, who, 'changePlan', { plan: 'basic', quantity: 1, at: 'NOW' })
    // Unused time of 24 servers is worth 240.00; of the 250.00 that were paid, 230.00 were left.
    await eventually(
      () => creditOf(who),
      (credit) => credit === 23_000,
      20_000,
    )
    expect(await purchasesWhen(who, ([first]) => first?.credited === 23_000)).toHaveLength(1)
  })

  it('counts money as revenue and shows the amount paid by credit separately', async () => {
    const who = await subscribe(server, 'a5@example.com', { plan: 'basic', quantity: 100 })
    await change(server, who, 'changePlan', { plan: 'basic', quantity: 45, at: 'NOW' })
    await purchasesWhen(who, ([first]) => first?.credited === 55_000)
    await server.advanceTo('2026-04-01T12:00:00Z')
    const rows = await purchasesWhen(who, (seen) => seen.length === 3)
    expect(rows.map(({ amount, credit }) => [amount, credit])).toEqual([
      [100_000, 0],
      [0, 45_000],
      [35_000, 10_000],
    ])
    const { data } = await server.graphql<{
      account: {
        billing: { purchases: { nodes: { money: { decimal: string }; paidByCredit: { decimal: string } | null }[] } }
      }
    }>(`{ account { billing { purchases { nodes { money { decimal } paidByCredit { decimal } } } } } }`, {}, who.token)
    expect(data.account.billing.purchases.nodes[0]).toEqual({
      money: { decimal: '350.00' },
      paidByCredit: { decimal: '100.00' },
    })
    const revenue = await server.query<{ sum: number }>(
      `select sum(amount_minor)::int as sum from purchase where account_id = $1`,
      [who.accountId],
    )
    const charged = await stripeObject<{ data: { amount: number }[] }>(server, `charges?customer=${who.customerId}`)
    expect(revenue[0]!.sum).toBe(charged.data.reduce((sum, { amount }) => sum + amount, 0))
  })

  it('voids the open invoice of a past-due subscription that is ended', async () => {
    const who = await subscribe(server, 'a8@example.com', { plan: 'plus' })
    await server.sandboxControl('POST', 'payments/fail-next', { customer: who.customerId, times: 9 })
    await server.advanceTo('2026-05-02T12:00:00Z')
    await eventually(
      async () => (await accountOf(server, who)).subscription?.status,
      (status) => status === 'PAST_DUE',
      20_000,
    )
    await change(server, who, 'cancelSubscription', { at: 'NOW' })
    const invoices = () =>
      stripeObject<{ data: { id: string; status: string }[] }>(server, `invoices?customer=${who.customerId}`)
    await eventually(
      async () => (await invoices()).data.map(({ status }) => status).join(),
      (statuses) => !statuses.includes('open') && !statuses.includes('draft'),
      20_000,
    )
  })

  it('returns money that arrives after its subscription has ended, with an event and a mail', async () => {
    const who = await subscribe(server, 'a8-late@example.com', { plan: 'plus' })
    await server.sandboxControl('POST', 'payments/fail-next', { customer: who.customerId, times: 1 })
    await toRenewal(who)
    const open = await eventually(
      () =>
        stripeObject<{ data: { id: string }[] }>(server, `invoices?customer=${who.customerId}&status=open`).then(
          ({ data }) => data,
        ),
      (found) => found.length === 1,
      20_000,
    )
    // Voiding fails for as long as the payment needs to arrive.
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'POST', path: `/v1/invoices/${open[0]!.id}/void` },
      action: 'status_500',
    })
    await change(server, who, 'cancelSubscription', { at: 'NOW' })
    await planWhen(who, 'free')
    await server.sandboxControl('POST', 'clock', { bySeconds: 60 })
    const paid = await post(`invoices/${open[0]!.id}/pay`, { payment_method: 'pm_card_visa' })
    expect([paid.status, await paid.json()]).toMatchObject([200, { status: 'paid' }])
    await server.sandboxControl('DELETE', 'faults')
    const rows = await purchasesWhen(who, (seen) => seen.some(({ status }) => status === 'REFUNDED'))
    const late = rows.find(({ status }) => status === 'REFUNDED')!
    expect(await refundsThere(late.payment_id!)).toEqual([2000])
    expect(await eventsOf(server, who, 'payment.returned')).toHaveLength(1)
    expect(
      await server.query(
        `select 1 from mail_message where account_id = $1 and subject like 'Your payment for % is returned'`,
        [who.accountId],
      ),
    ).toHaveLength(1)
  })

  it('ends the grace period of an unpaid renewal if the only payment is refunded', async () => {
    const who = await subscribe(server, 'grace@example.com', { plan: 'plus' })
    const [purchased] = await purchasesWhen(who, (rows) => rows.length === 1)
    await server.sandboxControl('POST', 'payments/fail-next', { customer: who.customerId, times: 9 })
    await toRenewal(who)
    await eventually(
      async () => (await accountOf(server, who)).subscription?.status,
      (status) => status === 'PAST_DUE',
      20_000,
    )
    expect((await accountOf(server, who)).plan.plan.code).toBe('plus')
    expect((await refund(purchased!.id)).status).toBe('REFUNDED')
    await planWhen(who, 'free')
    await eventually(
      () => eventsOf(server, who, 'subscription.access_ended'),
      (events) => events.length === 1,
      20_000,
    )
  })
})
