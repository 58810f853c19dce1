import { sweepChanges } from '#services/billing/subscriptions/changes/sweep-changes.js'
import { runReconciliation } from '#services/billing/reconciliation/reconcile.js'
import { eventually, startTestServer, type TestServer } from '../support/test-server.js'
import {
  accountOf,
  change,
  eventsOf,
  waitForInvoices,
  limitOf,
  stripeCall,
  stripeObject,
  subscribe,
  type Subscriber,
} from '../support/subscribers.js'

interface Schedule {
  readonly id: string
  readonly status: string
  readonly phases: {
    readonly start_date: number
    readonly items: { readonly price: string; readonly quantity: number }[]
    readonly default_payment_method: string | null
    readonly discounts: { readonly discount: string }[]
  }[]
}
interface AtStripe {
  readonly schedule: Schedule | null
  readonly cancel_at: number | null
  readonly status: string
  readonly discounts: string[]
  readonly items: { readonly data: { readonly id: string; readonly price: { readonly id: string } }[] }
}

// By the year from 15 January 2026, 10:00: Plus 200 dollars, Basic 100. By the month 20 and 10.
describe('A scheduled change is stored at Stripe with the request', () => {
  let server: TestServer
  beforeEach(async () => {
    server = await startTestServer()
  })
  afterEach(() => server.close())

  const yearEnd = '2027-01-15T10:00:00.000Z'
  const byTheYear = (email: string) => subscribe(server, email, { plan: 'plus', interval: { unit: 'YEAR', count: 1 } })
  const toTheMonth = (who: Subscriber) =>
    change(server, who, 'changePlan', { plan: 'plus', interval: { unit: 'MONTH', count: 1 } })
  const atStripe = ({ externalId }: Subscriber) =>
    stripeObject<AtStripe>(server, `subscriptions/${externalId}?expand[]=schedule`)
  const schedulesOf = async ({ customerId }: Subscriber) =>
    (await stripeObject<{ data: Schedule[] }>(server, `subscription_schedules?customer=${customerId}`)).data
  const charged = async (who: Subscriber) => (await waitForInvoices(server, who)).filter((total) => total > 0)
  const changesOf = ({ accountId }: Subscriber) =>
    server.query<{ kind: string; status: string; pushed_to_provider: boolean }>(
      `select kind, status, pushed_to_provider from subscription_change where account_id = $1 order by id`,
      [accountId],
    )
  const scheduled = (who: Subscriber, until: (found: AtStripe) => boolean) => eventually(() => atStripe(who), until)
  const priceOf = async (code: string, interval: string) =>
    (
      await server.query<{ external_id: string }>(
        `select pp.external_id from provider_price pp join price pr on pr.id = pp.price_id join product p on p.id = pr.product_id
         where p.code = $1 and pr."interval" = $2 and pp.provider = 'STRIPE'`,
        [code, interval],
      )
    )[0]!.external_id
  const drift = async () => {
    const { context } = server.app
    const now = context.clock.now()
    const port = context.providers.STRIPE!
    const run = await runReconciliation(context, port, {
      scope: 'STATE',
      since: now,
      until: now,
      moneySince: now,
      accountId: null,
      heal: 'SAFE',
      requestedBy: null,
    })
    return run.drift.map(({ kind, object, healed }) => ({ kind, object, healed }))
  }

  it('starts at its time while the server is stopped: charges the month once and no year', async () => {
    const ida = await byTheYear('ida@example.com')
    const limit = limitOf(await accountOf(server, ida), 'managed_servers')
    expect(await toTheMonth(ida)).toMatchObject({ effectiveAt: yearEnd })
    await server.whileStopped(async () => {
      await server.sandboxControl('POST', 'clock', { to: '2027-01-15T13:00:00Z' })
    })
    await server.advanceTo('2027-01-15T14:00:00Z')
    const account = await eventually(
      () => accountOf(server, ida),
      ({ subscription }) => subscription?.scheduledChange === null,
    )
    expect(account).toMatchObject({
      plan: { plan: { code: 'plus' } },
      subscription: {
        status: 'ACTIVE',
        currentPeriodEnd: '2027-02-15T10:00:00.000Z',
        items: [{ price: { interval: { unit: 'MONTH', count: 1 } } }],
      },
    })
    expect(limitOf(account, 'managed_servers')).toBe(limit)
    expect(await charged(ida)).toEqual([2000, 20_000])
    await eventually(
      () => server.query(`select amount_minor::int as amount from purchase where account_id = $1`, [ida.accountId]),
      (purchases) => purchases.length === 2,
    )
    expect(await changesOf(ida)).toEqual([{ kind: 'PLAN', status: 'APPLIED', pushed_to_provider: true }])
    await server.advanceTo('2027-02-15T12:00:00Z')
    expect(await charged(ida)).toEqual([2000, 2000, 20_000])
    expect((await atStripe(ida)).schedule).toBeNull()
    expect(await drift()).toEqual([])
  })

  it('grants no free period if its first charge fails and is voided', async () => {
    const zoe = await byTheYear('zoe@example.com')
    await toTheMonth(zoe)
    await server.sandboxControl('POST', 'payments/fail-next', { customer: zoe.customerId, times: 5 })
    await server.advanceTo('2027-01-15T12:00:00Z')
    expect((await accountOf(server, zoe)).subscription).toMatchObject({ status: 'PAST_DUE' })
    const { latest_invoice: invoice } = await stripeObject<{ latest_invoice: string }>(
      server,
      `subscriptions/${zoe.externalId}`,
    )
    await stripeCall(server, 'POST', `invoices/${invoice}/void`)
    await eventually(
      () => stripeObject<AtStripe>(server, `subscriptions/${zoe.externalId}`),
      ({ status }) => status === 'active',
    )
    await server.advanceTo('2027-01-30T12:00:00Z')
    expect((await accountOf(server, zoe)).plan.plan.code).toBe('free')
  })

  it('is applied once in any order of its events', async () => {
    const bob = await byTheYear('bob@example.com')
    await change(server, bob, 'changePlan', { plan: 'basic', interval: { unit: 'MONTH', count: 1 } })
    await server.sandboxControl('POST', 'faults', { match: { event: '*' }, action: 'shuffle', window: 5, seed: 7 })
    await server.sandboxControl('POST', 'faults', { match: { event: '*' }, action: 'duplicate' })
    await server.advanceTo('2027-01-16T00:00:00Z')
    await eventually(
      () => accountOf(server, bob),
      ({ plan }) => plan.plan.code === 'basic',
    )
    expect(await charged(bob)).toEqual([1000, 20_000])
    expect(await eventsOf(server, bob, 'subscription.items_changed', 'subscription.change_superseded')).toEqual([
      'subscription.items_changed',
    ])
    expect(await changesOf(bob)).toEqual([{ kind: 'PLAN', status: 'APPLIED', pushed_to_provider: true }])
  })

  it('is removed from Stripe when it is canceled, and the year is charged again', async () => {
    const jon = await byTheYear('jon@example.com')
    await toTheMonth(jon)
    expect((await atStripe(jon)).schedule).toMatchObject({ status: 'active' })
    expect(await change(server, jon, 'resumeSubscription')).toMatchObject({ scheduledChange: null })
    expect((await atStripe(jon)).schedule).toBeNull()
    expect(await eventsOf(server, jon, 'subscription.change_canceled', 'subscription.change_superseded')).toEqual([
      'subscription.change_canceled',
    ])
    await server.advanceTo('2027-01-15T12:00:00Z')
    expect(await charged(jon)).toEqual([20_000, 20_000])
  })

  it('is replaced by another scheduled change, in the same schedule', async () => {
    const amy = await byTheYear('amy@example.com')
    await toTheMonth(amy)
    await change(server, amy, 'changePlan', { plan: 'basic', interval: { unit: 'YEAR', count: 1 } })
    expect((await accountOf(server, amy)).subscription).toMatchObject({
      plan: { code: 'plus' },
      scheduledChange: { plan: { code: 'basic' } },
    })
    expect(await schedulesOf(amy)).toHaveLength(1)
    expect(await eventsOf(server, amy, 'subscription.change_superseded')).toHaveLength(1)
    await server.advanceTo('2027-01-15T12:00:00Z')
    expect(await charged(amy)).toEqual([10_000, 20_000])
  })

  it('is removed by a cancellation, and restored if that is withdrawn', async () => {
    const eva = await byTheYear('eva@example.com')
    await toTheMonth(eva)
    expect(await change(server, eva, 'cancelSubscription')).toMatchObject({ cancelAt: yearEnd })
    expect(await atStripe(eva)).toMatchObject({ schedule: null, cancel_at: Date.parse(yearEnd) / 1000 })
    expect(await change(server, eva, 'resumeSubscription')).toMatchObject({ cancelAt: null })
    await scheduled(eva, ({ schedule }) => schedule?.phases.length === 2)
    expect((await accountOf(server, eva)).subscription).toMatchObject({ scheduledChange: { effectiveAt: yearEnd } })
    expect(await change(server, eva, 'cancelSubscription')).toMatchObject({ cancelAt: yearEnd })
    await server.advanceTo('2027-01-15T12:00:00Z')
    expect(await accountOf(server, eva)).toMatchObject({ plan: { plan: { code: 'free' } } })
    expect(await atStripe(eva)).toMatchObject({ status: 'canceled', schedule: null })
    expect(await charged(eva)).toEqual([20_000])
    expect((await changesOf(eva))[0]).toMatchObject({ kind: 'PLAN', status: 'SUPERSEDED' })
  })

  it('ends with its subscription on an immediate cancellation', async () => {
    const fay = await byTheYear('fay@example.com')
    await toTheMonth(fay)
    expect(await change(server, fay, 'cancelSubscription', { at: 'NOW' })).toMatchObject({ status: 'CANCELED' })
    expect(await schedulesOf(fay)).toMatchObject([{ status: 'canceled' }])
    expect((await changesOf(fay))[0]).toMatchObject({ kind: 'PLAN', status: 'SUPERSEDED' })
  })

  it('is replaced by an immediate upgrade, and survives more servers and a declined charge', async () => {
    const gus = await byTheYear('gus@example.com')
    await change(server, gus, 'changePlan', { plan: 'basic', interval: { unit: 'MONTH', count: 1 } })
    await server.sandboxControl('POST', 'payments/fail-next', { customer: gus.customerId })
    expect(await change(server, gus, 'changePlan', { plan: 'plus', quantity: 3 })).toMatchObject({
      code: 'PAYMENT_FAILED',
    })
    await scheduled(gus, ({ schedule }) => schedule?.phases[1]?.items[0]?.quantity === 1)
    await change(server, gus, 'changePlan', { plan: 'plus', quantity: 3 })
    await scheduled(gus, ({ schedule }) => schedule?.phases[1]?.items[0]?.quantity === 3)
    expect((await accountOf(server, gus)).subscription).toMatchObject({ quantity: 3, scheduledChange: { quantity: 3 } })
    await change(server, gus, 'changePlan', { plan: 'individual' })
    expect((await atStripe(gus)).schedule).toBeNull()
    expect((await accountOf(server, gus)).subscription).toMatchObject({ scheduledChange: null })
    await server.advanceTo('2027-01-16T00:00:00Z')
    expect((await charged(gus))[0]).toBe(40_000 * 3)
  })

  it('is scheduled once if a call between creating and writing the schedule fails', async () => {
    const hal = await byTheYear('hal@example.com')
    // Three times: the SDK repeats the call twice.
    const match = { method: 'POST', path: '/v1/subscription_schedules/' }
    await server.sandboxControl('POST', 'faults', { match, action: 'drop_before', times: 3 })
    expect(await toTheMonth(hal)).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
    expect((await atStripe(hal)).schedule?.phases).toHaveLength(1)
    await server.whileStopped(() => Promise.resolve())
    await server.sandboxControl('DELETE', 'faults')
    await sweepChanges(server.app.context, 0)
    expect(await changesOf(hal)).toEqual([{ kind: 'PLAN', status: 'SCHEDULED', pushed_to_provider: true }])
    expect(await schedulesOf(hal)).toMatchObject([{ status: 'active', phases: [{}, {}] }])
    await server.advanceTo('2027-01-15T12:00:00Z')
    expect(await charged(hal)).toEqual([2000, 20_000])
  })

  it('is recognized if Stripe has written the schedule and the response was lost', async () => {
    const ian = await byTheYear('ian@example.com')
    const match = { method: 'POST', path: '/v1/subscription_schedules/' }
    await server.sandboxControl('POST', 'faults', { match, action: 'drop_after', times: 3 })
    await toTheMonth(ian)
    await server.sandboxControl('DELETE', 'faults')
    await sweepChanges(server.app.context, 0)
    expect(await changesOf(ian)).toEqual([{ kind: 'PLAN', status: 'SCHEDULED', pushed_to_provider: true }])
    expect(await schedulesOf(ian)).toHaveLength(1)
  })

  it('keeps discount and payment method that change after the request', async () => {
    const kim = await byTheYear('kim@example.com')
    await toTheMonth(kim)
    const coupon = await stripeCall<{ id: string }>(server, 'POST', 'coupons', {
      percent_off: '50',
      duration: 'forever',
    })
    await stripeCall(server, 'POST', `subscriptions/${kim.externalId}`, { 'discounts[0][coupon]': coupon.id })
    const { discounts } = await atStripe(kim)
    await scheduled(kim, ({ schedule }) => schedule?.phases[1]?.discounts[0]?.discount === discounts[0])
    const method = await stripeCall<{ id: string }>(server, 'POST', 'payment_methods/pm_card_mastercard/attach', {
      customer: kim.customerId,
    })
    await stripeCall(server, 'POST', `subscriptions/${kim.externalId}`, { default_payment_method: method.id })
    await scheduled(kim, ({ schedule }) => schedule?.phases[1]?.default_payment_method === method.id)
    await server.advanceTo('2027-01-15T12:00:00Z')
    expect(await charged(kim)).toEqual([1000, 20_000])
    expect(await stripeObject(server, `subscriptions/${kim.externalId}`)).toMatchObject({
      default_payment_method: method.id,
    })
  })

  it('is superseded when the customer removes it in the portal, which allows no other change before', async () => {
    const lea = await byTheYear('lea@example.com')
    await toTheMonth(lea)
    const opened = await server.graphql<{ openBillingPortal: { url: string } }>(
      `mutation { openBillingPortal { url } }`,
      {},
      lea.token,
    )
    const page = `${opened.data.openBillingPortal.url}/subscriptions/${lea.externalId}`
    const post = (step: string) => fetch(`${page}/${step}`, { method: 'POST', redirect: 'manual' })
    expect((await post('cancel')).status).toBe(402)
    expect(await (await fetch(opened.data.openBillingPortal.url)).text()).toContain('Cancel scheduled update')
    expect((await post('unschedule')).status).toBe(303)
    await eventually(
      () => accountOf(server, lea),
      ({ subscription }) => subscription?.scheduledChange === null,
    )
    expect(await eventsOf(server, lea, 'subscription.change_superseded')).toHaveLength(1)
    expect(await drift()).toEqual([])
    await server.advanceTo('2027-01-15T12:00:00Z')
    expect(await charged(lea)).toEqual([20_000, 20_000])
  })

  it('is reported if only one side has it', async () => {
    const mia = await byTheYear('mia@example.com')
    const object = `subscription:${mia.externalId}`
    await toTheMonth(mia)
    expect(await drift()).toEqual([])
    await server.sandboxControl('POST', 'faults', { match: { event: '*' }, action: 'drop' })
    const { schedule } = await atStripe(mia)
    await stripeCall(server, 'POST', `subscription_schedules/${schedule!.id}/release`)
    expect(await drift()).toEqual([{ kind: 'scheduled_change_missing', object, healed: true }])
    expect((await accountOf(server, mia)).subscription).toMatchObject({ scheduledChange: null })
    const other = await stripeCall<Schedule>(server, 'POST', 'subscription_schedules', {
      from_subscription: mia.externalId,
    })
    const price = await priceOf('basic', 'YEAR')
    await stripeCall(server, 'POST', `subscription_schedules/${other.id}`, {
      'phases[0][items][0][price]': (await atStripe(mia)).items.data[0]!.price.id,
      'phases[0][start_date]': String(other.phases[0]!.start_date),
      'phases[0][end_date]': String(Date.parse(yearEnd) / 1000),
      'phases[1][items][0][price]': price,
      'phases[1][duration][interval]': 'year',
    })
    expect(await drift()).toEqual([{ kind: 'scheduled_change_unknown', object, healed: false }])
  })

  it('continues from a line that was changed at Stripe', async () => {
    const ola = await byTheYear('ola@example.com')
    await toTheMonth(ola)
    const { items } = await atStripe(ola)
    await stripeCall(server, 'POST', `subscriptions/${ola.externalId}`, {
      'items[0][id]': items.data[0]!.id,
      'items[0][quantity]': '2',
    })
    const { subscription } = await eventually(
      () => accountOf(server, ola),
      (account) => account.subscription?.quantity === 2,
    )
    expect(subscription).toMatchObject({ scheduledChange: { quantity: 1, effectiveAt: yearEnd } })
    await scheduled(ola, ({ schedule }) => schedule?.phases[0]?.items[0]?.quantity === 2)
  })
})

describe('A scheduled change and add-ons', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ env: { CATALOG: 'agileforge' } })
  })
  afterAll(() => server.close())

  it('keeps an add-on that is bought after the request', async () => {
    const pia = await subscribe(server, 'pia@example.com', { plan: 'business', trialDays: 0 })
    const { effectiveAt } = await change(server, pia, 'changePlan', { plan: 'professional', at: 'PERIOD_END' })
    expect(await change(server, pia, 'addAddon', { package: 'extra_storage' })).toMatchObject({
      scheduledChange: { plan: { code: 'professional' } },
    })
    await eventually(
      () => stripeObject<AtStripe>(server, `subscriptions/${pia.externalId}?expand[]=schedule`),
      ({ schedule }) => schedule?.phases[1]?.items.length === 2,
    )
    await server.advanceTo(new Date(Date.parse(effectiveAt) + 7_200_000).toISOString())
    const { plan, subscription } = await accountOf(server, pia)
    expect(plan.plan.code).toBe('professional')
    expect(subscription!.items.map(({ product }) => product.code).sort()).toEqual(['extra_storage', 'professional'])
  })
})
