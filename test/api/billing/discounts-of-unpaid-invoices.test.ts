import { readFileSync, writeFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SAMPLE, sampleOf } from '#test/support/sample.js'
import { createPromotion, discountsOf } from '#test/support/promotions.js'
import { expectInvariants } from '#test/support/invariants.js'
import { cleanRun, untilDelivered, untilQuiet } from '#test/support/money-runs.js'
import { change, stripeCall, stripeObject, subscribe, type Subscriber } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

interface Invoice {
  readonly id: string
  readonly status: string
  readonly amount_paid: number
}

const COUPONS = {
  'a percentage': [{ percent_off: '50' }, 1000],
  'an amount': [{ amount_off: '300', currency: 'usd' }, 1700],
} as const
const repeating = (months: number) => ({ duration: 'repeating', duration_in_months: String(months) })
/** Durations from 5 March, and the number of invoices after that of 5 March. */
const DURATIONS = {
  once: [{ duration: 'once' }, 1],
  'two months': [repeating(2), 1],
  'three months': [repeating(3), 2],
  'a year': [repeating(12), 11],
} as const
/** Reasons for which the invoice of the period from 5 April is not paid. */
const CAUSES = ['a pause', 'the seller voids it', 'the seller writes it off'] as const

const ALL_CASES = Object.keys(COUPONS).flatMap((coupon) =>
  Object.keys(DURATIONS).flatMap((duration) =>
    CAUSES.map((cause) => [coupon as keyof typeof COUPONS, duration as keyof typeof DURATIONS, cause] as const),
  ),
)
const CASES = sampleOf(ALL_CASES, 6, 'discounts')

/** Pro costs 20 dollars a month, and Scale, with a trial, 200. The first subscriptions begin on 5 March 2026, 9:00. */
describe('Discounts of invoices that bring no money', () => {
  let server: TestServer
  let operator: string
  beforeAll(async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'stackgate-discounts-')), 'catalog.yaml')
    const text = readFileSync(join(process.cwd(), 'catalogs/ai-platform.yaml'), 'utf8')
    const paused = text.replace(/\npause: .*/, '\npause: { plans: [pro, scale], maximum: 400d }')
    writeFileSync(path, paused.replace('\n    name: Scale\n', '\n    name: Scale\n    trial_days: 14\n'))
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: path } })
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await untilQuiet(server)
    expect((await cleanRun(server, operator)).drift).toEqual([])
    await expectInvariants(server)
    await server.close()
  })

  const invoices = async ({ customerId }: Subscriber): Promise<Invoice[]> =>
    (await stripeObject<{ data: Invoice[] }>(server, `invoices?customer=${customerId}&limit=100`)).data
  const paid = async (who: Subscriber) =>
    (await invoices(who)).flatMap(({ amount_paid: amount }) => (amount > 0 ? [amount] : [])).toReversed()
  const to = async (time: string) => {
    await server.advanceTo(time)
    await untilDelivered(server)
    await untilQuiet(server)
  }

  it(`are used by the next payment, whatever the coupon and the cause are (${SAMPLE})`, async () => {
    const subscribers: Subscriber[] = []
    for (const [number, [coupon, duration, cause]] of CASES.entries()) {
      const code = `CODE${number}`
      const who = await subscribe(server, `case${number}@example.com`, { plan: 'pro' })
      subscribers.push(who)
      await createPromotion(
        server,
        code,
        { ...COUPONS[coupon][0], ...DURATIONS[duration][0] },
        { max_redemptions: '1' },
      )
      // A discount of the subscription itself, which the renewal uses up.
      const [promotion] = (await stripeObject<{ data: { id: string }[] }>(server, `promotion_codes?code=${code}`)).data
      await stripeCall(server, 'POST', `subscriptions/${who.externalId}`, {
        'discounts[0][promotion_code]': promotion!.id,
      })
      if (cause === 'a pause') await change(server, who, 'pauseSubscription', {})
      else await server.sandboxControl('POST', 'payments/fail-next', { customer: who.customerId })
    }
    await to('2026-04-05T12:00:00Z')
    for (const [number, [, , cause]] of CASES.entries()) {
      const [unpaid] = await invoices(subscribers[number]!)
      if (cause === 'a pause') expect(unpaid).toMatchObject({ status: 'void' })
      else
        await stripeCall(
          server,
          'POST',
          `invoices/${unpaid!.id}/${cause === 'the seller voids it' ? 'void' : 'mark_uncollectible'}`,
        )
    }
    await untilDelivered(server)
    await untilQuiet(server)
    for (const [number] of CASES.entries())
      expect([CASES[number], await discountsOf(server, subscribers[number]!)]).toMatchObject([
        CASES[number],
        [{ code: `CODE${number}` }],
      ])
    for (const [number, [, , cause]] of CASES.entries())
      if (cause === 'a pause') await change(server, subscribers[number]!, 'resumeSubscription')
    await to('2026-05-06T12:00:00Z')
    await to('2026-06-06T12:00:00Z')
    await to('2026-07-06T12:00:00Z')
    for (const [number, [coupon, duration]] of CASES.entries()) {
      const amounts = await paid(subscribers[number]!)
      const expected = amounts.map((_amount, index) =>
        index > 0 && index <= DURATIONS[duration][1] ? COUPONS[coupon][1] : 2000,
      )
      expect([CASES[number], amounts.length >= 4, amounts]).toEqual([CASES[number], true, expected])
      expect(await discountsOf(server, subscribers[number]!)).toHaveLength(duration === 'a year' ? 1 : 0)
    }
  })

  it('of a change at the end of the period and of a trial are used by the payment after a pause', async () => {
    await createPromotion(server, 'YEARLY', { percent_off: '50', duration: 'once' })
    await createPromotion(server, 'TRIAL', { percent_off: '50', duration: 'once' })
    const now = server.app.context.clock.now().getTime()
    const inDays = (days: number) => new Date(now + days * 86_400_000).toISOString()
    const ann = await subscribe(server, 'ann@example.com', { plan: 'pro' })
    const year = { plan: 'pro', interval: { unit: 'YEAR', count: 1 }, at: 'PERIOD_END', promotionCode: 'YEARLY' }
    await change(server, ann, 'changePlan', year)
    await change(server, ann, 'pauseSubscription', {})
    const bob = await subscribe(server, 'bob@example.com', { plan: 'scale', promotionCode: 'TRIAL' })
    await to(inDays(1))
    await change(server, bob, 'pauseSubscription', {})
    await to(inDays(40))
    // Another voided invoice of the pause does not use the discount up either.
    await to(inDays(50))
    for (const who of [ann, bob]) {
      expect(await discountsOf(server, who)).toMatchObject([{ percentOff: 50, duration: 'ONCE' }])
      expect(await change(server, who, 'resumeSubscription')).toMatchObject({ status: 'ACTIVE' })
    }
    await untilDelivered(server)
    await untilQuiet(server)
    expect(await paid(ann)).toEqual([2000, 10_000])
    expect(await paid(bob)).toEqual([10_000])
    for (const who of [ann, bob]) expect(await discountsOf(server, who)).toEqual([])
  })

  it('are not given by a change that was declined', async () => {
    await createPromotion(server, 'DECLINED', { percent_off: '50', duration: 'once' })
    const who = await subscribe(server, 'cid@example.com', { plan: 'pro' })
    await server.sandboxControl('POST', 'payments/fail-next', { customer: who.customerId })
    expect(await change(server, who, 'changePlan', { plan: 'scale', promotionCode: 'DECLINED' })).toMatchObject({
      code: 'PAYMENT_FAILED',
    })
    await untilDelivered(server)
    await untilQuiet(server)
    expect((await invoices(who))[0]).toMatchObject({ status: 'void' })
    expect(await discountsOf(server, who)).toEqual([])
  })
})
