import { runReconciliation } from '#services/billing/reconciliation/reconcile.js'
import { expectInvariants } from '#test/support/invariants.js'
import { createPromotion, discountsOf } from '#test/support/promotions.js'
import { reconcile, withoutReconciliation } from '#test/support/reconciliation-runs.js'
import { postBilling } from '#test/support/rest-billing.js'
import {
  accountOf,
  change,
  eventsOf,
  previewPlanChange,
  stripeCall,
  stripeObject,
  subscribe,
  waitForInvoices,
  type Subscriber,
} from '#test/support/subscribers.js'
import { untilDelivered, untilQuiet } from '#test/support/money-runs.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

interface Invoice {
  readonly total: { readonly decimal: string }
  readonly discount: { readonly decimal: string } | null
  readonly lines: readonly { readonly money: object; readonly discount: object | null }[]
}

// Basic, Plus and Individual cost 10, 20 and 40 dollars a month. A subscription begins on 15 January 2026, 10:00.
describe('Discounts of a subscription', () => {
  let server: TestServer
  let operator: string
  beforeEach(async () => {
    server = await startTestServer()
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterEach(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const discounted = async (name: string, coupon: Record<string, string>, plan = 'plus'): Promise<Subscriber> => {
    const promotionCode = name.toUpperCase()
    await createPromotion(server, promotionCode, coupon)
    return subscribe(server, `${name}@example.com`, { plan, promotionCode })
  }
  const forever = { percent_off: '50', duration: 'forever' }
  const charged = async (who: Subscriber) => (await waitForInvoices(server, who)).filter((total) => total !== 0)
  const drift = async () => {
    await untilQuiet(server)
    return (await reconcile(server, operator)).drift
  }
  const atStripe = async ({ externalId }: Subscriber) =>
    (await stripeObject<{ discounts: string[] }>(server, `subscriptions/${externalId}`)).discounts
  const shownDiscounts = (who: Subscriber, count: number) =>
    eventually(
      () => discountsOf(server, who),
      ({ length }) => length === count,
    )

  it('shows a coupon of three months in GraphQL and over REST until it ends', async () => {
    const who = await discounted('spring', {
      percent_off: '12.5',
      duration: 'repeating',
      duration_in_months: '3',
      name: 'Spring sale',
    })
    const endsAt = '2026-04-15T10:00:00.000Z'
    expect(await discountsOf(server, who)).toEqual([
      { code: 'SPRING', name: 'Spring sale', percentOff: 12.5, amountOff: null, duration: 'REPEATING', endsAt },
    ])
    const rest = () => postBilling(server, 'subscription', { account_id: who.accountId }, who.token)
    expect(await rest()).toMatchObject({
      status: 200,
      body: {
        subscription: {
          discounts: [
            {
              code: 'SPRING',
              name: 'Spring sale',
              percent_off: 12.5,
              amount_off: null,
              duration: 'repeating',
              ends_at: endsAt,
            },
          ],
        },
      },
    })
    const { data } = await server.graphql<{ account: object }>(
      `query ($id: ID) { account(id: $id) { billing { subscription { discounts { code } } } } }`,
      { id: who.accountId },
      operator,
    )
    expect(data.account).toEqual({ billing: { subscription: { discounts: [{ code: 'SPRING' }] } } })
    await server.advanceTo('2026-04-15T09:00:00Z')
    expect(await charged(who)).toEqual([1750, 1750, 1750])
    expect(await discountsOf(server, who)).toHaveLength(1)
    expect(await drift()).toEqual([])
    await server.advanceTo('2026-04-15T12:00:00Z')
    expect(await shownDiscounts(who, 0)).toEqual([])
    expect(await rest()).toMatchObject({ body: { subscription: { discounts: [] } } })
    expect(await charged(who)).toEqual([2000, 1750, 1750, 1750])
    expect(await drift()).toEqual([])
  })

  it('applies a coupon of one invoice once, and publishes when a discount comes and goes', async () => {
    const who = await discounted('once', { amount_off: '500', currency: 'usd', duration: 'once' })
    expect(await charged(who)).toEqual([1500])
    expect(await discountsOf(server, who)).toEqual([])
    const { id } = await stripeCall<{ id: string }>(server, 'POST', 'coupons', {
      amount_off: '700',
      currency: 'usd',
      duration: 'once',
    })
    const before = await eventsOf(server, who, 'subscription.updated')
    await stripeCall(server, 'POST', `subscriptions/${who.externalId}`, { 'discounts[0][coupon]': id })
    expect(await shownDiscounts(who, 1)).toEqual([
      {
        code: null,
        name: null,
        percentOff: null,
        amountOff: { decimal: '7.00', currency: 'USD' },
        duration: 'ONCE',
        endsAt: null,
      },
    ])
    expect(await eventsOf(server, who, 'subscription.updated')).toHaveLength(before.length + 1)
    expect(await drift()).toEqual([])
    await server.advanceTo('2026-03-15T12:00:00Z')
    expect(await charged(who)).toEqual([2000, 1300, 1500])
    expect(await shownDiscounts(who, 0)).toEqual([])
    expect(await drift()).toEqual([])
  })

  it('keeps the discount in an upgrade, which the preview states, and charges it once', async () => {
    const who = await discounted('half', forever)
    const before = await atStripe(who)
    await server.advanceTo('2026-01-30T22:00:00Z')
    expect(await previewPlanChange(server, who, { plan: 'individual' })).toMatchObject({
      dueNow: { decimal: '5.00' },
      nextAmount: { decimal: '20.00' },
    })
    expect(await change(server, who, 'changePlan', { plan: 'individual' })).toMatchObject({
      __typename: 'PlanChangePayload',
    })
    expect(await charged(who)).toEqual([500, 1000])
    expect(await discountsOf(server, who)).toMatchObject([{ code: 'HALF', percentOff: 50 }])
    expect(await atStripe(who)).toEqual(before)
    await server.advanceTo('2026-02-15T12:00:00Z')
    expect(await charged(who)).toEqual([2000, 500, 1000])
    expect(await drift()).toEqual([])
  })

  it('previews and charges a new period with the discount', async () => {
    const who = await discounted('year', forever)
    await server.advanceTo('2026-01-30T22:00:00Z')
    // Half of the paid 10 dollars is credited, and half of the yearly price of 200 dollars is charged.
    const { dueNow, beginsPeriod } = await previewPlanChange(server, who, {
      plan: 'plus',
      interval: { unit: 'YEAR', count: 1 },
    })
    expect([dueNow.decimal, beginsPeriod]).toEqual(['95.00', true])
    await change(server, who, 'changePlan', { plan: 'plus', interval: { unit: 'YEAR', count: 1 } })
    expect(await charged(who)).toEqual([9500, 1000])
    expect(await discountsOf(server, who)).toHaveLength(1)
    expect(await drift()).toEqual([])
  })

  it('keeps the discount in a change at the end of the period', async () => {
    const who = await discounted('later', forever)
    expect(await previewPlanChange(server, who, { plan: 'basic' })).toMatchObject({
      dueNow: { decimal: '0.00' },
      nextAmount: { decimal: '5.00' },
    })
    await change(server, who, 'changePlan', { plan: 'basic' })
    expect((await accountOf(server, who)).subscription).toMatchObject({ scheduledChange: { plan: { code: 'basic' } } })
    const before = await atStripe(who)
    expect(before).toHaveLength(1)
    expect(await drift()).toEqual([])
    await server.advanceTo('2026-02-15T12:00:00Z')
    expect((await accountOf(server, who)).plan.plan.code).toBe('basic')
    expect(await charged(who)).toEqual([500, 1000])
    expect(await discountsOf(server, who)).toMatchObject([{ code: 'LATER' }])
    expect(await atStripe(who)).toEqual(before)
    expect(await drift()).toEqual([])
  })

  it('states what discounts take off invoices, their lines and previews', async () => {
    const who = await discounted('lines', forever)
    await server.advanceTo('2026-02-15T12:00:00Z')
    const { data } = await eventually(
      () =>
        server.graphql<{
          account: { billing: { invoices: { nodes: Invoice[] }; subscription: { upcomingInvoice: Invoice } } }
        }>(
          `{ account { billing { invoices { nodes { ...Parts } } subscription { upcomingInvoice { ...Next } } } } }
           fragment Parts on Invoice { total { decimal } discount { decimal } lines { nodes { money { decimal } discount { decimal } } } }
           fragment Next on UpcomingInvoice { total { decimal } discount { decimal } lines { money { decimal } discount { decimal } } }`,
          {},
          who.token,
        ),
      (found) => found.data.account.billing.invoices.nodes.length === 2,
    )
    const {
      billing: { invoices, subscription },
    } = data.account
    const halved = { total: { decimal: '10.00' }, discount: { decimal: '10.00' } }
    const lines = [{ money: { decimal: '20.00' }, discount: { decimal: '10.00' } }]
    expect(invoices.nodes).toEqual(Array.from({ length: 2 }, () => ({ ...halved, lines: { nodes: lines } })))
    expect(subscription.upcomingInvoice).toEqual({ ...halved, lines })
    const account = { account_id: who.accountId }
    expect(await postBilling(server, 'invoices', account, who.token)).toMatchObject({
      status: 200,
      body: { invoices: [10, 10].map((amount) => ({ discount: { amount: `${amount}.00`, currency: 'USD' } })) },
    })
    expect(
      await postBilling(server, 'preview-plan-change', { ...account, plan: 'plus', interval: 'year' }, who.token),
    ).toMatchObject({
      body: { lines: [{ discount: null }, { money: { amount: '200.00' }, discount: { amount: '100.00' } }] },
    })
    const full = await subscribe(server, 'full@example.com', { plan: 'plus' })
    expect(await postBilling(server, 'invoices', { account_id: full.accountId }, full.token)).toMatchObject({
      body: { invoices: [{ total: { amount: '20.00' }, discount: null }] },
    })
  })

  it('does not extend a discount that ends before a scheduled change', async () => {
    const who = await discounted('short', { percent_off: '50', duration: 'repeating', duration_in_months: '1' })
    await change(server, who, 'changePlan', { plan: 'basic' })
    await server.advanceTo('2026-03-15T12:00:00Z')
    expect(await charged(who)).toEqual([1000, 1000, 1000])
    expect(await discountsOf(server, who)).toEqual([])
    expect(await drift()).toEqual([])
  })

  it('is read again by the reconciliation if the event of its end was lost', async () => {
    const who = await discounted('lost', forever)
    // An earlier event that is still delivered or applied would read the subscription as well.
    await untilDelivered(server)
    await untilQuiet(server)
    await withoutReconciliation(server)
    await server.sandboxControl('POST', 'faults', { match: { event: '*' }, action: 'drop' })
    await stripeCall(server, 'DELETE', `subscriptions/${who.externalId}/discount`)
    const [before] = await server.query<{ discounts: { externalId: string }[] }>(
      `select discounts from billing_subscription where account_id = $1`,
      [who.accountId],
    )
    const { context } = server.app
    const now = context.clock.now()
    const run = await runReconciliation(context, context.providers.STRIPE!, {
      scope: 'STATE',
      since: now,
      until: now,
      moneySince: now,
      accountId: null,
      heal: 'SAFE',
      requestedBy: null,
    })
    expect(run.drift).toMatchObject([
      {
        kind: 'wrong_discounts',
        ours: { discounts: before!.discounts[0]!.externalId },
        theirs: { discounts: 'none' },
        healed: true,
      },
    ])
    expect(await discountsOf(server, who)).toEqual([])
    await server.sandboxControl('DELETE', 'faults')
  })
})
