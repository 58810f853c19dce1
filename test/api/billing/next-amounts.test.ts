import fc from 'fast-check'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expectInvariants } from '#test/support/invariants.js'
import { untilQuiet } from '#test/support/money-runs.js'
import { createPromotion } from '#test/support/promotions.js'
import { SAMPLE, sampleOf } from '#test/support/sample.js'
import { change, previewPlanChange, stripeCall, stripeObject, subscribe } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const catalog = (taxes: string) => `business: next
currency: USD
taxes: ${taxes}
trials: { once_per: [] }
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
plans:
  free: { name: Free, rank: 0 }
  tried: { name: Tried, rank: 1, prices: { month: 9.99 }, trial_days: 30, features: { calls: 5 } }
  small: { name: Small, rank: 2, prices: { per: seat, month: 10.01, quarter: 28.33 }, features: { calls: 10 } }
  large: { name: Large, rank: 3, prices: { per: seat, month: 33.37, quarter: 95.01 }, features: { calls: 30 } }
packages:
  more: { name: More calls, type: addon, price: 4.49, grants: { calls: 10 } }
`

interface Case {
  readonly name: string
  readonly from: {
    readonly plan: string
    readonly quantity?: number
    readonly interval?: { readonly unit: string; readonly count: number }
    readonly trialDays?: number
  }
  /** Terms of the coupon with which the subscription starts. */
  readonly coupon?: Record<string, string>
  readonly addon?: boolean
  readonly exempt?: boolean
  readonly to: { readonly plan: string; readonly interval?: object; readonly quantity?: number; readonly at?: string }
  /** Terms of the coupon that the change redeems. */
  readonly promotion?: Record<string, string>
}

const QUARTER = { unit: 'MONTH', count: 3 }
const percent = (duration: string, months?: number): Record<string, string> => ({
  percent_off: '15',
  duration,
  ...(months ? { duration_in_months: String(months) } : {}),
})
const fixed = (duration: string): Record<string, string> => ({ amount_off: '777', currency: 'usd', duration })

const quarterly = { from: { plan: 'small', quantity: 3 }, to: { plan: 'small', quantity: 3, interval: QUARTER } }

// Subscriptions begin on 5 March and change on 15 March. The first quarter ends on 15 June.
const CASES: readonly Case[] = [
  { name: 'quarter', ...quarterly },
  { name: 'exempt', ...quarterly, exempt: true },
  { name: 'percent', ...quarterly, coupon: percent('forever') },
  { name: 'fixed', ...quarterly, coupon: fixed('forever') },
  { name: 'longer', ...quarterly, coupon: percent('repeating', 4) },
  { name: 'ended', ...quarterly, coupon: percent('repeating', 2) },
  { name: 'code-once', ...quarterly, promotion: fixed('once') },
  { name: 'code-ended', ...quarterly, promotion: percent('repeating', 3) },
  { name: 'code-longer', ...quarterly, promotion: percent('repeating', 5) },
  { name: 'trial', from: { plan: 'tried' }, coupon: fixed('once'), to: { plan: 'large', quantity: 2 } },
  { name: 'trial-percent', from: { plan: 'tried' }, coupon: percent('forever'), to: { plan: 'small', quantity: 2 } },
  { name: 'upgrade', from: { plan: 'small' }, addon: true, coupon: fixed('forever'), to: { plan: 'large' } },
  { name: 'upgrade-ended', from: { plan: 'small' }, coupon: percent('repeating', 1), to: { plan: 'large' } },
  { name: 'later', from: { plan: 'large' }, addon: true, coupon: fixed('forever'), to: { plan: 'small' } },
  {
    name: 'addon-first',
    from: { plan: 'small', interval: QUARTER },
    addon: true,
    coupon: fixed('forever'),
    to: { plan: 'large' },
  },
  {
    name: 'addon-later',
    from: { plan: 'large', interval: QUARTER },
    addon: true,
    coupon: percent('repeating', 2),
    to: { plan: 'small' },
  },
  {
    name: 'later-quarter',
    from: { plan: 'large' },
    coupon: percent('forever'),
    to: { plan: 'small', interval: QUARTER, at: 'PERIOD_END' },
  },
]

const SAMPLED = sampleOf(CASES, 7, 'next amounts')

describe.each(['automatic', 'inclusive'])(
  `First regular amount after a plan change (taxes: %s, ${SAMPLE})`,
  (taxes) => {
    let server: TestServer
    beforeAll(async () => {
      const path = join(mkdtempSync(join(tmpdir(), 'stackgate-next-')), 'catalog.yaml')
      writeFileSync(path, catalog(taxes))
      server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: path } })
      await server.sandboxControl('POST', 'settings', { taxPercent: 19 })
    })
    afterAll(async () => {
      await expectInvariants(server)
      await server.close()
    })

    it('is what the invoice of that date charges, and the amount due now is that of the invoice of the change', async () => {
      const buyers = []
      for (const { name, from, coupon, addon, exempt } of SAMPLED) {
        const promotionCode = name.toUpperCase()
        if (coupon) await createPromotion(server, promotionCode, coupon)
        const who = await subscribe(server, `${name}@example.com`, { ...from, ...(coupon ? { promotionCode } : {}) })
        if (exempt) await stripeCall(server, 'POST', `customers/${who.customerId}`, { tax_exempt: 'exempt' })
        if (addon) await change(server, who, 'addAddon', { package: 'more', quantity: 2 })
        buyers.push(who)
      }
      await server.advanceTo('2026-03-15T09:00:00Z')
      await untilQuiet(server)
      const invoicesOf = async (customer: string) =>
        (
          await stripeObject<{ data: { total: number; created: number }[] }>(
            server,
            `invoices?customer=${customer}&limit=50`,
          )
        ).data
      const stated: Record<string, unknown> = {}
      const charged: Record<string, unknown> = {}
      const dates = new Map<string, number>()
      for (const [index, { name, to, promotion }] of SAMPLED.entries()) {
        const who = buyers[index]!
        const code = `NEW-${name.toUpperCase()}`
        if (promotion) await createPromotion(server, code, promotion)
        const terms = { ...to, ...(promotion ? { promotionCode: code } : {}) }
        const preview = await previewPlanChange(server, who, terms)
        const before = (await invoicesOf(who.customerId)).length
        expect(await change(server, who, 'changePlan', terms)).toMatchObject({ __typename: 'PlanChangePayload' })
        const [now, ...others] = await invoicesOf(who.customerId)
        const dueNow = others.length + 1 > before ? now!.total : 0
        dates.set(name, Date.parse(preview.nextDate!) / 1000)
        stated[name] = [preview.dueNow.decimal, preview.nextAmount?.decimal]
        charged[name] = [(dueNow / 100).toFixed(2)]
      }
      await untilQuiet(server)
      for (const at of [...new Set(dates.values())].toSorted((one, other) => one - other)) {
        await server.advanceTo(new Date((at + 2 * 3600) * 1000).toISOString())
        await untilQuiet(server)
      }
      for (const [index, { name }] of SAMPLED.entries()) {
        const at = dates.get(name)!
        const [found] = (await invoicesOf(buyers[index]!.customerId)).filter(
          ({ created }) => created >= at - 60 && created < at + 2 * 3600,
        )
        charged[name] = [...(charged[name] as string[]), found && (found.total / 100).toFixed(2)]
      }
      expect(stated).toEqual(charged)
    })
  },
)

const money = '{ decimal }'
const UPCOMING = `query { account { billing { subscription { upcomingInvoice { total ${money} amountDue ${money} tax ${money} } } } } }`
interface Upcoming {
  readonly account: {
    readonly billing: {
      readonly subscription: {
        readonly upcomingInvoice: Readonly<Record<'total' | 'amountDue' | 'tax', { readonly decimal: string }>>
      }
    }
  }
}
const seed = Number(process.env.SEED ?? 1)
const TERMS = fc.record({
  plan: fc.constantFrom('small', 'large'),
  quantity: fc.integer({ min: 1, max: 40 }),
  addons: fc.integer({ min: 0, max: 5 }),
  coupon: fc.option(fc.constantFrom(percent('forever'), fixed('forever'), percent('repeating', 2), fixed('once'))),
  /** Other terms from the end of the period on. */
  later: fc.option(fc.record({ plan: fc.constantFrom('small', 'large'), quantity: fc.integer({ min: 1, max: 40 }) })),
})

describe.each(['automatic', 'inclusive'])(`Upcoming invoice (taxes: %s, SEED=${seed})`, (taxes) => {
  it('has the total, the tax and the amount due of the invoice that follows, for any quantities', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'stackgate-upcoming-')), 'catalog.yaml')
    writeFileSync(path, catalog(taxes))
    const server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: path } })
    try {
      await server.sandboxControl('POST', 'settings', { taxPercent: 7 })
      const all = fc.sample(TERMS, { numRuns: Number(process.env.LIVES ?? 4), seed })
      const subscribers = []
      for (const [index, { plan, quantity, addons, coupon, later }] of all.entries()) {
        const promotionCode = `UPCOMING${index}`
        if (coupon) await createPromotion(server, promotionCode, coupon)
        const terms = { plan, quantity, ...(coupon ? { promotionCode } : {}) }
        const who = await subscribe(server, `upcoming${index}@example.com`, terms)
        if (addons > 0) await change(server, who, 'addAddon', { package: 'more', quantity: addons })
        if (later) await change(server, who, 'changePlan', { ...later, at: 'PERIOD_END' })
        subscribers.push(who)
      }
      for (const date of ['2026-04-05T12:00:00Z', '2026-05-05T12:00:00Z']) {
        await untilQuiet(server)
        const previewed: unknown[] = []
        const billed: unknown[] = []
        for (const { token } of subscribers) {
          const { data, errors } = await server.graphql<Upcoming>(UPCOMING, {}, token)
          expect(errors).toBeUndefined()
          const { total, amountDue, tax } = data.account.billing.subscription.upcomingInvoice
          previewed.push([total.decimal, amountDue.decimal, tax.decimal])
        }
        await server.advanceTo(date)
        await untilQuiet(server)
        for (const { customerId } of subscribers) {
          const { data } = await stripeObject<{
            data: { total: number; amount_due: number; total_taxes: { amount: number }[] }[]
          }>(server, `invoices?customer=${customerId}&limit=1`)
          const [{ total, amount_due: due, total_taxes: parts }] = data as [(typeof data)[0]]
          const tax = parts.reduce((sum, { amount }) => sum + amount, 0)
          billed.push([total, due, tax].map((minor) => (minor / 100).toFixed(2)))
        }
        expect({ date, all, invoices: previewed }).toEqual({ date, all, invoices: billed })
      }
      await expectInvariants(server)
    } finally {
      await server.close()
    }
  })
})

describe('A plan change in the last second of a period', () => {
  it('costs nothing at once, and is previewed so', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'stackgate-next-')), 'catalog.yaml')
    writeFileSync(path, catalog('automatic'))
    const server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: path } })
    try {
      const who = await subscribe(server, 'last@example.com', { plan: 'small' })
      await server.advanceTo('2026-04-05T08:59:59Z')
      const preview = await previewPlanChange(server, who, { plan: 'large' })
      expect(preview).toMatchObject({ dueNow: { decimal: '0.00' }, nextAmount: { decimal: '33.37' } })
      expect(await change(server, who, 'changePlan', { plan: 'large' })).toMatchObject({
        __typename: 'PlanChangePayload',
      })
      await server.advanceTo('2026-04-05T11:00:00Z')
      await untilQuiet(server)
      const { data } = await stripeObject<{ data: { total: number }[] }>(server, `invoices?customer=${who.customerId}`)
      expect(data.map(({ total }) => total)).toEqual([3_337, 1_001])
      await expectInvariants(server)
    } finally {
      await server.close()
    }
  })
})
