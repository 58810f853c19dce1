import type { Stripe } from 'stripe'
import { iso, type SandboxFixture } from './support/sandbox-fixture.js'
import { expectError } from './support/expect-error.js'
import { billed, customerWithCard, idIn, latestInvoice, yearAndMonth } from './support/catalog-helpers.js'

describe('subscription with different intervals in the sandbox', () => {
  let bench: SandboxFixture
  let year: Stripe.Price
  let month: Stripe.Price
  beforeEach(async () => {
    ;({ bench, year, month } = await yearAndMonth({ year: ['Plan', 12_000], month: ['Storage', 300] }))
  })
  afterEach(() => bench.close())

  const subscribe = async (prices: Stripe.Price[]) => {
    const customer = await customerWithCard(bench)
    return bench.stripe.subscriptions.create({ customer: customer.id, items: prices.map(({ id }) => ({ price: id })) })
  }
  const ends = ({ items }: Stripe.Subscription) =>
    items.data.map(({ current_period_end: end }) => iso(end)?.slice(0, 10))
  const reread = ({ id }: Stripe.Subscription) => bench.stripe.subscriptions.retrieve(id)

  it('renews each item when its own period ends', async () => {
    const subscription = await subscribe([year, month])
    expect(ends(subscription)).toEqual(['2027-04-01', '2026-05-01'])
    expect((await latestInvoice(bench, subscription.id)).total).toBe(12_300)
    await bench.moveTo('2026-05-01T02:00:00Z')
    expect(billed(await latestInvoice(bench, subscription.id))).toEqual([['1 × Storage (at $3.00 / month)', 300]])
    expect(ends(await reread(subscription))).toEqual(['2027-04-01', '2026-06-01'])
    await bench.moveTo('2027-04-01T02:00:00Z')
    expect((await latestInvoice(bench, subscription.id)).total).toBe(12_300)
    expect((await bench.stripe.invoices.list({ subscription: subscription.id, limit: 100 })).data).toHaveLength(13)
  })

  it('prorates a new item to the current period of its interval', async () => {
    const subscription = await subscribe([year])
    await bench.moveTo('2026-06-16T00:00:00Z')
    const after = await bench.stripe.subscriptions.update(subscription.id, {
      items: [{ price: month.id }],
      proration_behavior: 'always_invoice',
    })
    expect(ends(after)).toEqual(['2027-04-01', '2026-07-01'])
    expect(billed(await latestInvoice(bench, subscription.id))).toEqual([
      ['Remaining time on Storage after 16 Jun 2026', 150],
    ])
  })

  it('ends at the earliest period end by the flag, and at the latest by cancel_at', async () => {
    const [flagged, dated] = [await subscribe([year, month]), await subscribe([year, month])]
    await bench.stripe.subscriptions.update(flagged.id, { cancel_at_period_end: true })
    const late = await bench.stripe.subscriptions.update(dated.id, { cancel_at: 'max_period_end' })
    expect(iso(late.cancel_at)).toBe('2027-04-01T00:00:00.000Z')
    await bench.moveTo('2026-05-01T02:00:00Z')
    expect([(await reread(flagged)).status, (await reread(dated)).status]).toEqual(['canceled', 'active'])
    await bench.moveTo('2027-04-01T02:00:00Z')
    expect((await reread(dated)).status).toBe('canceled')
    expect((await bench.stripe.invoices.list({ customer: idIn(dated.customer), limit: 100 })).data).toHaveLength(12)
  })

  it('rejects intervals that are no multiples of each other', async () => {
    const week = await bench.stripe.prices.create({
      currency: 'usd',
      unit_amount: 100,
      recurring: { interval: 'week' },
      product_data: { name: 'Weekly' },
    })
    expect(await expectError(subscribe([month, week]))).toMatchObject({ statusCode: 400, param: 'items' })
  })
})
