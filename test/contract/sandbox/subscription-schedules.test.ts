import type { Stripe } from 'stripe'
import type { SandboxFixture } from './support/sandbox-fixture.js'
import { expectError } from './support/expect-error.js'
import { customerWithCard, idIn, latestInvoice, planPrice, yearAndMonth } from './support/catalog-helpers.js'

const seconds = (moment: string) => Date.parse(moment) / 1000

// A year costs 100.00 from 1 April 2026, a month 10.00.
describe('subscription schedules in the sandbox', () => {
  let bench: SandboxFixture
  let year: Stripe.Price
  let month: Stripe.Price
  beforeEach(async () => {
    ;({ bench, year, month } = await yearAndMonth({ year: ['Plan', 10_000], month: ['Plan', 1000] }))
  })
  afterEach(() => bench.close())

  const end = seconds('2027-04-01T00:00:00Z')
  const subscribe = async (extra: Partial<Stripe.SubscriptionCreateParams> = {}) => {
    const customer = await customerWithCard(bench)
    return bench.stripe.subscriptions.create({ customer: customer.id, items: [{ price: year.id }], ...extra })
  }
  const fromSubscription = ({ id }: Stripe.Subscription) =>
    bench.stripe.subscriptionSchedules.create({ from_subscription: id })
  const plan = (
    schedule: Stripe.SubscriptionSchedule,
    next: Partial<Stripe.SubscriptionScheduleUpdateParams.Phase> = {},
    first: Partial<Stripe.SubscriptionScheduleUpdateParams.Phase> = {},
  ) =>
    bench.stripe.subscriptionSchedules.update(schedule.id, {
      end_behavior: 'release',
      proration_behavior: 'none',
      phases: [
        {
          items: [{ price: year.id, quantity: 1 }],
          start_date: schedule.current_phase!.start_date,
          end_date: schedule.current_phase!.end_date,
          ...first,
        },
        {
          items: [{ price: month.id, quantity: 1 }],
          duration: { interval: 'month', interval_count: 1 },
          proration_behavior: 'none',
          billing_cycle_anchor: 'phase_start',
          ...next,
        },
      ],
    })
  const totals = async ({ id }: Stripe.Subscription) =>
    (await bench.stripe.invoices.list({ subscription: id })).data.map(({ total }) => total)

  it('is created from a subscription with its current period, and is attached to it', async () => {
    const subscription = await subscribe()
    const schedule = await fromSubscription(subscription)
    expect(schedule).toMatchObject({
      status: 'active',
      subscription: subscription.id,
      end_behavior: 'release',
      current_phase: { start_date: seconds('2026-04-01T00:00:00Z'), end_date: end },
      phases: [{ items: [{ price: year.id, quantity: 1 }] }],
    })
    const { schedule: attached } = await bench.stripe.subscriptions.retrieve(subscription.id, { expand: ['schedule'] })
    expect(attached).toMatchObject({ id: schedule.id })
    expect((await bench.stripe.subscriptionSchedules.list({ customer: idIn(subscription.customer) })).data).toEqual([
      await bench.stripe.subscriptionSchedules.retrieve(schedule.id),
    ])
    expect((await expectError(fromSubscription(subscription))).message).toContain('already attached to a schedule')
    const both = bench.stripe.subscriptionSchedules.create({
      from_subscription: subscription.id,
      end_behavior: 'cancel',
    })
    expect((await expectError(both)).message).toContain('if `from_subscription` is set')
  })

  it('bills the month and not the year when the next phase starts, and releases a phase later', async () => {
    const subscription = await subscribe()
    const schedule = await plan(await fromSubscription(subscription))
    await bench.moveTo('2027-04-01T02:00:00Z')
    expect(await totals(subscription)).toEqual([1000, 10_000])
    expect(await latestInvoice(bench, subscription.id)).toMatchObject({ status: 'paid', amount_paid: 1000 })
    const present = await bench.stripe.subscriptions.retrieve(subscription.id)
    expect(present).toMatchObject({ status: 'active', schedule: schedule.id, billing_cycle_anchor: end })
    expect(present.items.data).toMatchObject([
      {
        id: subscription.items.data[0]!.id,
        price: { id: month.id },
        current_period_start: end,
        current_period_end: seconds('2027-05-01T00:00:00Z'),
      },
    ])
    await bench.moveTo('2027-05-01T02:00:00Z')
    expect(await totals(subscription)).toEqual([1000, 1000, 10_000])
    expect((await bench.stripe.subscriptions.retrieve(subscription.id)).schedule).toBeNull()
    expect(bench.arrived().filter((type) => type.startsWith('subscription_schedule.'))).toEqual([
      'subscription_schedule.created',
      'subscription_schedule.updated',
      'subscription_schedule.updated',
      'subscription_schedule.released',
    ])
  })

  it('previews the invoice of the next phase, without starting it', async () => {
    const { stripe } = bench
    const subscription = await subscribe()
    const schedule = await plan(await fromSubscription(subscription))
    expect(await stripe.invoices.createPreview({ schedule: schedule.id })).toMatchObject({
      total: 1000,
      billing_reason: 'upcoming',
      period_end: end,
      lines: { data: [{ period: { start: end, end: seconds('2027-05-01T00:00:00Z') } }] },
    })
    expect(await stripe.subscriptionSchedules.retrieve(schedule.id)).toMatchObject({
      current_phase: schedule.current_phase,
    })
    expect(await totals(subscription)).toEqual([10_000])
    expect(
      await expectError(stripe.invoices.createPreview({ schedule: schedule.id, subscription: subscription.id })),
    ).toMatchObject({ statusCode: 400, param: 'subscription' })
    expect(await expectError(stripe.invoices.createPreview({ schedule: 'sub_sched_none' }))).toMatchObject({
      code: 'resource_missing',
    })
  })

  it('previews no invoice for a subscription that ends with its period', async () => {
    const { stripe } = bench
    const subscription = await subscribe()
    await stripe.subscriptions.update(subscription.id, { cancel_at: 'max_period_end' })
    expect(await expectError(stripe.invoices.createPreview({ subscription: subscription.id }))).toMatchObject({
      statusCode: 404,
      code: 'invoice_upcoming_none',
    })
  })

  it('rejects another end of a managed subscription; after the release it can be canceled', async () => {
    const subscription = await subscribe()
    const schedule = await plan(await fromSubscription(subscription))
    for (const change of [{ cancel_at_period_end: true }, { cancel_at: 'max_period_end' as const }])
      expect((await expectError(bench.stripe.subscriptions.update(subscription.id, change))).message).toContain(
        `managed by the subscription schedule \`${schedule.id}\``,
      )
    expect(await bench.stripe.subscriptionSchedules.release(schedule.id)).toMatchObject({
      status: 'released',
      released_subscription: subscription.id,
      subscription: null,
    })
    expect((await expectError(bench.stripe.subscriptionSchedules.release(schedule.id))).message).toContain('released')
    await bench.stripe.subscriptions.update(subscription.id, { cancel_at: 'max_period_end' })
    await bench.moveTo('2027-04-02T00:00:00Z')
    expect(await bench.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'canceled' })
    expect(await totals(subscription)).toEqual([10_000])
  })

  it('ends with its subscription, and can end it', async () => {
    const first = await subscribe()
    const schedule = await fromSubscription(first)
    await bench.stripe.subscriptions.cancel(first.id)
    expect(await bench.stripe.subscriptionSchedules.retrieve(schedule.id)).toMatchObject({ status: 'canceled' })
    const second = await subscribe()
    const other = await fromSubscription(second)
    await bench.stripe.subscriptionSchedules.cancel(other.id, { prorate: false, invoice_now: false })
    expect(await bench.stripe.subscriptions.retrieve(second.id)).toMatchObject({ status: 'canceled', schedule: null })
  })

  it('sets the items of the current phase without proration, and keeps the named discounts, tax and card', async () => {
    const coupon = await bench.stripe.coupons.create({ percent_off: 50, duration: 'forever' })
    const subscription = await subscribe({ discounts: [{ coupon: coupon.id }], automatic_tax: { enabled: true } })
    const discounts = [{ discount: idIn(subscription.discounts[0]) }]
    const kept = { discounts, automatic_tax: { enabled: true } }
    const schedule = await plan(await fromSubscription(subscription), kept, {
      ...kept,
      items: [{ price: year.id, quantity: 2 }],
    })
    expect((await bench.stripe.subscriptions.retrieve(subscription.id)).items.data).toMatchObject([{ quantity: 2 }])
    expect(await totals(subscription)).toEqual([5000])
    await bench.moveTo('2027-04-01T02:00:00Z')
    expect(await totals(subscription)).toEqual([500, 5000])
    expect(await bench.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      discounts: [discounts[0]!.discount],
      automatic_tax: { enabled: true },
      schedule: schedule.id,
    })
  })

  it('removes a discount that the next phase does not name', async () => {
    const coupon = await bench.stripe.coupons.create({ percent_off: 50, duration: 'forever' })
    const subscription = await subscribe({ discounts: [{ coupon: coupon.id }] })
    await plan(await fromSubscription(subscription), { discounts: '' })
    await bench.moveTo('2027-04-01T02:00:00Z')
    expect(await totals(subscription)).toEqual([1000, 5000])
  })

  it('keeps a trial until its end, and bills the next phase then', async () => {
    const trialEnd = seconds('2026-04-15T00:00:00Z')
    const subscription = await subscribe({ trial_end: trialEnd })
    const schedule = await fromSubscription(subscription)
    expect(schedule.phases).toMatchObject([{ trial_end: trialEnd, end_date: trialEnd }])
    await plan(schedule, {}, { trial_end: trialEnd })
    expect(await bench.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'trialing' })
    await bench.moveTo('2026-04-15T02:00:00Z')
    expect(await bench.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'active' })
    expect(await totals(subscription)).toEqual([1000, 0])
  })

  it('starts a phase within a period with prorations on request', async () => {
    const large = await planPrice(bench, 'Large', 20_000, 'year')
    const subscription = await subscribe()
    const half = seconds('2026-10-01T00:00:00Z')
    await plan(
      await fromSubscription(subscription),
      {
        items: [{ price: large.id, quantity: 1 }],
        duration: { interval: 'year' },
        proration_behavior: 'always_invoice',
        billing_cycle_anchor: 'automatic',
      },
      { end_date: half },
    )
    await bench.moveTo('2026-10-01T02:00:00Z')
    const [proration] = await totals(subscription)
    const rest = (full: number) => Math.round((full * (end - half)) / (365 * 86_400))
    expect(proration).toBe(rest(20_000) - rest(10_000))
    expect((await bench.stripe.subscriptions.retrieve(subscription.id)).items.data).toMatchObject([
      { price: { id: large.id }, current_period_end: end },
    ])
  })

  it('rejects another start of the current phase, and phases with gaps', async () => {
    const schedule = await fromSubscription(await subscribe())
    const start = schedule.current_phase!.start_date
    expect((await expectError(plan(schedule, {}, { start_date: start + 60 }))).message).toContain('start date')
    expect((await expectError(plan(schedule, { start_date: end + 60 }))).message).toContain('start date')
    expect((await expectError(plan(schedule, { end_date: end + 60 }))).message).toContain('duration, end_date')
  })
})
