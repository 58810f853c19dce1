import type { Stripe } from 'stripe'
import { roundToCharge } from '@stackgate/sandbox/stripe/minimum-charge.js'
import { tieredAmount } from '@stackgate/sandbox/stripe/prices/price-amount.js'
import { buildTier } from '@stackgate/sandbox/stripe/prices/price.object.js'
import { startSandboxFixture, type SandboxFixture } from './support/sandbox-fixture.js'
import { expectError } from './support/expect-error.js'
import { billed, customerWithCard, idIn, latestInvoice, planPrice } from './support/catalog-helpers.js'

describe('tiers', () => {
  const tiers = [buildTier(10, 0, 500), buildTier(100, 20, null), buildTier(null, 10.5, null)]
  it.each([
    ['graduated', 0, 0],
    ['graduated', 10, 500],
    ['graduated', 11, 520],
    ['graduated', 103, 500 + 90 * 20 + 32], // 3 × 10.5 = 31.5
    ['volume', 5, 500],
    ['volume', 50, 1000],
    ['volume', 103, 1082], // 1,081.5
  ])('%s: %d cost %d', (mode, quantity, expected) => {
    expect(roundToCharge(tieredAmount(tiers, mode, quantity), 'usd')).toBe(expected)
    // Dinars are charged in steps of ten of their smallest units.
    expect(roundToCharge(tieredAmount(tiers, mode, quantity), 'kwd')).toBe(Math.round(expected / 10) * 10)
  })
})

describe('meters in the sandbox', () => {
  let bench: SandboxFixture
  let meter: Stripe.Billing.Meter
  beforeEach(async () => {
    bench = await startSandboxFixture({ clock: new Date('2026-04-01T00:00:00Z') })
    meter = await bench.stripe.billing.meters.create({
      display_name: 'Stories',
      event_name: 'story',
      default_aggregation: { formula: 'sum' },
    })
  })
  afterEach(() => bench.close())

  const use = (customer: string, value: string, extra: Partial<Stripe.Billing.MeterEventCreateParams> = {}) =>
    bench.stripe.billing.meterEvents.create({
      event_name: 'story',
      payload: { stripe_customer_id: customer, value },
      ...extra,
    })

  it('bill usage at the end of the period, in tiers, on a plan that is paid in advance', async () => {
    const { stripe } = bench
    const customer = await customerWithCard(bench)
    const plan = await planPrice(bench, 'Team', 1000)
    const usage = await stripe.prices.create({
      currency: 'usd',
      product_data: { name: 'Stories' },
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
      billing_scheme: 'tiered',
      tiers_mode: 'graduated',
      tiers: [
        { up_to: 10, unit_amount: 0 },
        { up_to: 'inf', unit_amount: 25 },
      ],
      expand: ['tiers'],
    })
    expect(usage).toMatchObject({
      billing_scheme: 'tiered',
      unit_amount: null,
      tiers: [{ up_to: 10 }, { up_to: null, unit_amount: 25 }],
    })
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: plan.id }, { price: usage.id }],
    })
    expect(subscription.items.data[1]).not.toHaveProperty('quantity')
    expect((await latestInvoice(bench, subscription.id)).total).toBe(1000)
    await use(customer.id, '8')
    await bench.moveTo('2026-04-30T23:59:00Z')
    await use(customer.id, '4')
    await bench.moveTo('2026-05-01T00:30:00Z')
    await use(customer.id, '100')
    await bench.moveTo('2026-05-01T02:00:00Z')
    expect(billed(await latestInvoice(bench, subscription.id))).toEqual([
      ['1 × Team (at $10.00 / month)', 1000],
      ['12 × Stories (used)', 50],
    ])
    const april = { customer: customer.id, start_time: 1775001600, end_time: 1777593600 }
    const whole = await stripe.billing.meters.listEventSummaries(meter.id, april)
    expect(whole.data.map((one) => one.aggregated_value)).toEqual([12])
    const daily = await stripe.billing.meters.listEventSummaries(meter.id, { ...april, value_grouping_window: 'day' })
    expect(daily.data.map((one) => [one.start_time, one.aggregated_value])).toEqual([
      [1777593600 - 86_400, 4],
      [1775001600, 8],
    ])
    const last = await stripe.subscriptions.cancel(subscription.id, { invoice_now: true })
    expect((await stripe.invoices.retrieve(idIn(last.latest_invoice))).total).toBe(90 * 25)
  })

  it('count an identifier once a day, and reject times too old or too new', async () => {
    const { id } = await bench.stripe.customers.create({})
    expect(await use(id, '1', { identifier: 'a' })).toMatchObject({ identifier: 'a', payload: { value: '1' } })
    expect(await expectError(use(id, '1', { identifier: 'a' }))).toMatchObject({
      statusCode: 400,
      code: 'duplicate_meter_event',
    })
    const now = Date.parse('2026-04-01T00:00:00Z') / 1000
    expect(await expectError(use(id, '1', { timestamp: now - 35 * 86_400 - 1 }))).toMatchObject({
      code: 'timestamp_too_far_in_past',
    })
    expect(await expectError(use(id, '1', { timestamp: now + 301 }))).toMatchObject({ code: 'timestamp_in_future' })
    await use(id, '1', { timestamp: now - 35 * 86_400 })
    await use(id, '1', { timestamp: now + 300 })
    await bench.control('POST', 'clock', { bySeconds: 86_401 })
    expect(await use(id, '1', { identifier: 'a' })).toMatchObject({ identifier: 'a' })
  })

  it('report rejected usage afterwards: customer, event and meter', async () => {
    const { stripe } = bench
    const { id } = await stripe.customers.create({})
    await use('cus_nobody', '1')
    await use(id, '1.5')
    await stripe.billing.meterEvents.create({ event_name: 'story', payload: { value: '1' } })
    await stripe.billing.meterEvents.create({
      event_name: 'unheard_of',
      payload: { stripe_customer_id: id, value: '1' },
    })
    await bench.control('POST', 'clock', { bySeconds: 60 })
    const events = (await stripe.v2.core.events.list({})).data
    expect(events.map((event) => event.type).toSorted()).toEqual([
      'v1.billing.meter.error_report_triggered',
      'v1.billing.meter.no_meter_found',
    ])
    const [report] = (await stripe.v2.core.events.list({ object_id: meter.id })).data
    const full = await stripe.v2.core.events.retrieve(report!.id)
    expect(full).toMatchObject({
      object: 'v2.core.event',
      livemode: false,
      related_object: { id: meter.id, type: 'billing.meter', url: `/v1/billing/meters/${meter.id}` },
      data: {
        reason: {
          error_count: 3,
          error_types: [
            { code: 'meter_event_customer_not_found' },
            { code: 'meter_event_invalid_value' },
            { code: 'meter_event_no_customer_defined' },
          ],
        },
      },
    })
  })

  it('are disabled and enabled, and count by other formulas', async () => {
    const { stripe } = bench
    const { id } = await stripe.customers.create({})
    expect(
      await expectError(
        stripe.billing.meters.create({
          display_name: 'Twice',
          event_name: 'story',
          default_aggregation: { formula: 'sum' },
        }),
      ),
    ).toMatchObject({ param: 'event_name' })
    expect((await stripe.billing.meters.deactivate(meter.id)).status).toBe('inactive')
    expect((await stripe.billing.meters.list({ status: 'inactive' })).data).toHaveLength(1)
    expect((await stripe.billing.meters.reactivate(meter.id)).status_transitions.deactivated_at).toBeNull()
    expect((await stripe.billing.meters.update(meter.id, { display_name: 'Tales' })).display_name).toBe('Tales')
    const last = await stripe.billing.meters.create({
      display_name: 'Storage',
      event_name: 'gb',
      default_aggregation: { formula: 'last' },
    })
    for (const value of ['5', '7'])
      await stripe.billing.meterEvents.create({ event_name: 'gb', payload: { stripe_customer_id: id, value } })
    const found = await stripe.billing.meters.listEventSummaries(last.id, {
      customer: id,
      start_time: 1775001600,
      end_time: 1775001660,
    })
    expect(found.data[0]?.aggregated_value).toBe(7)
    expect(
      await expectError(
        stripe.prices.create({
          currency: 'usd',
          unit_amount: 1,
          product_data: { name: 'x' },
          recurring: { interval: 'month', usage_type: 'metered' },
        }),
      ),
    ).toMatchObject({ param: 'recurring[meter]' })
    await bench.control('POST', 'clock', { bySeconds: 0 })
    expect(bench.arrived()).toEqual(
      expect.arrayContaining([
        'billing.meter.created',
        'billing.meter.deactivated',
        'billing.meter.reactivated',
        'billing.meter.updated',
      ]),
    )
  })
})
