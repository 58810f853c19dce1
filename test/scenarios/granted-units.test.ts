import fc from 'fast-check'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { accountIdOf } from '#test/support/accounts.js'
import { Buyer } from '#test/support/buyer.js'
import { untilDelivered, untilQuiet } from '#test/support/money-runs.js'
import { change, stripeCall, stripeObject, subscribe, type Subscriber } from '#test/support/subscribers.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { payPalRecords } from './money-by-change/paypal-records.js'

/** One unit has the price of one cent in every offer, whatever the interval. */
const CATALOG = `
business: linear
currency: USD
group: main
return_urls: client
trials: { once_per: [] }
features:
  units: { name: Units, kind: quota, unit: unit, window: billing_period }
plans:
  free:  { name: Free, rank: 0, features: { units: 0 } }
  small: { name: Small, rank: 1, prices: { month: 20.00, year: 240.00 }, features: { units: { amount: 2000, rollover: { share: 100 } } } }
  large: { name: Large, rank: 2, prices: { month: 200.00, year: 2400.00 }, features: { units: { amount: 20000, rollover: { share: 100 } } } }
  team:  { name: Team, rank: 3, prices: { month: 10.00, per: seat }, features: { units: { amount: 1000, per: seat, rollover: { share: 100 } } } }
packages:
  more: { name: More, type: addon, price: { USD: 5.00 }, grants: { units: 500 } }
`

const START = Date.parse('2026-02-01T00:00:00Z')
const END = Date.parse('2026-03-01T00:00:00Z')
/** Moments of the paid period: its beginning, some in between, and its last second. */
const MOMENTS = [10_000, 3 * 86_400_000 + 12_345_000, 14 * 86_400_000, 27 * 86_400_000, END - START - 1000].map(
  (offset) => START + offset,
)
/** At PayPal a change takes effect at the end of a period: moments before and after the change. */
const PAYPAL_MOMENTS = [START + 14 * 86_400_000, END + 86_400_000, END + 14 * 86_400_000]
const LATER = ['2026-03-01T06:00:00Z', '2026-03-02T06:00:00Z', '2026-04-03T00:00:00Z'].map((time) => Date.parse(time))
const KINDS = ['plan', 'seats', 'addon', 'interval'] as const
/** Ways back of the customer. */
const CHANGES = [
  'stay',
  'lower at the period end',
  'lower now',
  'cancel at the period end',
  'cancel now',
  'lower and raise',
] as const
/** Ways back of the money. Units that were used before are the loss of the seller, so that in these lives all units are used afterwards. */
const RETURNS = [
  'refund of the raise',
  'refund of the first raise',
  'refund of the base',
  'lost dispute of the raise',
  'lost dispute of the first raise',
  'lost dispute of the base',
  'void invoice of the raise',
] as const
/** Lives whose raise is billed by an invoice that is not paid. */
const BY_INVOICE: readonly string[] = ['void invoice of the raise', 'unpaid invoice of the raise']
const WAYS = [...CHANGES, ...RETURNS, 'unpaid invoice of the raise'] as const
const PAYPAL_WAYS = [
  'stay',
  'lower at the period end',
  'cancel at the period end',
  'cancel now',
  'refund of the raise',
  'refund of the base',
  'lost dispute of the raise',
  'lost dispute of the base',
] as const
const USES = ['at once', 'late'] as const

interface Life {
  readonly provider: 'STRIPE' | 'PAYPAL'
  readonly kind: (typeof KINDS)[number]
  /** Time of a smaller raise before. Null without one. */
  readonly firstAt: number | null
  readonly raisedAt: number
  readonly backAt: number
  readonly way: (typeof WAYS)[number]
  /** True if units are lowered at once to those of the first raise, before money is returned. */
  readonly lowered: boolean
  readonly use: (typeof USES)[number]
}

const lifeOf = (
  kind: Life['kind'],
  ways: readonly Life['way'][],
  provider: Life['provider'] = 'STRIPE',
  moments: readonly number[] = MOMENTS,
): fc.Arbitrary<Life> =>
  fc
    .record({
      between: fc.tuple(fc.constantFrom(...moments), fc.constantFrom(...moments)),
      way: fc.constantFrom(...ways),
      use: fc.constantFrom(...USES),
      firstAt: fc.option(fc.constantFrom(...MOMENTS)),
      lowered: fc.boolean(),
    })
    .map(({ between, way, use, firstAt, lowered }) => ({
      provider,
      kind,
      way,
      lowered: lowered && kind in LOWER && provider === 'STRIPE',
      use,
      firstAt:
        kind in FIRST && provider === 'STRIPE' && firstAt !== null && firstAt < Math.min(...between) ? firstAt : null,
      raisedAt: Math.min(...between),
      backAt: Math.max(...between),
    }))

interface Lived extends Life {
  readonly who: Subscriber
  /** True until all units may be used. */
  waits: boolean
  used: number
}

type Act = readonly ['changePlan' | 'addAddon' | 'removeAddon', Record<string, unknown>]
const RAISES: Record<Life['kind'], Act> = {
  plan: ['changePlan', { plan: 'large', at: 'NOW' }],
  seats: ['changePlan', { plan: 'team', quantity: 50, at: 'NOW' }],
  addon: ['addAddon', { package: 'more', quantity: 20 }],
  interval: ['changePlan', { plan: 'small', interval: { unit: 'YEAR' }, at: 'NOW' }],
}
/** Smaller raises before. */
const FIRST: Partial<typeof RAISES> = {
  seats: ['changePlan', { plan: 'team', quantity: 10, at: 'NOW' }],
  addon: ['addAddon', { package: 'more', quantity: 5 }],
}
/** Back to the units of the first raise. */
const LOWER: Partial<typeof RAISES> = {
  seats: ['changePlan', { plan: 'team', quantity: 10, at: 'NOW' }],
  addon: ['removeAddon', { package: 'more', quantity: 15 }],
}
const isReturn = ({ way }: Pick<Life, 'way'>): boolean => (RETURNS as readonly string[]).includes(way)

describe('Units that were granted', () => {
  let server: TestServer
  let service: EntitlementService
  let operator: string
  let path: string
  let serial = 0
  const seed = Number(process.env.SEED ?? 1)
  const lives: Lived[] = []
  const acted = new Set<string>()

  const act = async (
    life: Lived,
    ...[mutation, input]: readonly [Parameters<typeof change>[2], Record<string, unknown>]
  ) => {
    const at = mutation === 'changePlan' && life.provider === 'PAYPAL' ? { at: 'PERIOD_END' } : {}
    const result = await change(server, life.who, mutation, { ...input, ...at, key: `act-${++serial}` })
    // A lower plan that the provider cannot schedule beside another change is denied, and nothing happens.
    if (result.code) expect(result.code).toMatch(/CONFLICT|INVALID|NOT_FOUND/)
    else if (result.actionUrl) await server.sandboxControl('POST', `checkouts/${life.who.externalId}/pay`, {})
    acted.add(`${life.provider} ${mutation} ${result.code ?? 'done'}`)
  }

  async function back(life: Lived): Promise<void> {
    const base = life.kind === 'seats' ? { plan: 'team', quantity: 1 } : { plan: 'small', interval: { unit: 'MONTH' } }
    if (life.kind === 'addon' && life.way.startsWith('lower')) {
      await act(life, 'removeAddon', { package: 'more', quantity: 20 })
      if (life.way === 'lower and raise') await act(life, ...RAISES.addon)
      return
    }
    if (life.way === 'lower at the period end') await act(life, 'changePlan', { ...base, at: 'PERIOD_END' })
    if (life.way === 'lower now' || life.way === 'lower and raise')
      await act(life, 'changePlan', { ...base, at: 'NOW' })
    if (life.way === 'lower and raise') await act(life, ...RAISES[life.kind])
    if (life.way === 'cancel at the period end') await act(life, 'cancelSubscription', { at: 'PERIOD_END' })
    if (life.way === 'cancel now') await act(life, 'cancelSubscription', { at: 'NOW' })
  }

  /** Returns the money of the raise or of the base. */
  async function giveBack({ who: { accountId, customerId }, way }: Lived): Promise<void> {
    const paid = await server.query<{ id: string; payment_id: string | null }>(
      `select id, payment_id from purchase where account_id = $1 and status = 'PAID' order by purchased_at, id`,
      [accountId],
    )
    const purchase = way.endsWith('base') ? paid[0] : way.endsWith('first raise') ? paid[1] : paid.at(-1)
    if (way === 'void invoice of the raise') {
      const { data } = await stripeObject<{ data: { id: string }[] }>(
        server,
        `invoices?customer=${customerId}&status=open&limit=100`,
      )
      for (const { id } of data) await stripeCall(server, 'POST', `invoices/${id}/void`)
    } else if (way.startsWith('refund') && purchase) {
      const { errors } = await server.graphql(
        `mutation ($id: ID!, $key: String!) { refundPurchase(id: $id, key: $key, reason: "asked") { denial { code } } }`,
        { id: purchase.id, key: `refund-${++serial}` },
        operator,
      )
      expect(errors).toBeUndefined()
    } else if (purchase?.payment_id)
      for (const status of ['needs_response', 'lost']) {
        await server.sandboxControl('POST', 'disputes', { payment: purchase.payment_id, status })
        await untilDelivered(server)
        await untilQuiet(server)
      }
    await untilDelivered(server)
    await untilQuiet(server)
  }

  /** Everything that is left is used. */
  async function useAll(life: Lived): Promise<void> {
    const { accountId } = life.who
    const { data } = await server.graphql<{ account: { usage: { entitlement: { remaining: number | null } } } }>(
      `query ($id: ID!) { account(id: $id) { usage { entitlement(feature: "units") { remaining } } } }`,
      { id: accountId },
      service.key,
    )
    const remaining = data.account.usage.entitlement.remaining ?? 0
    if (remaining <= 0) return
    expect(await service.consume({ accountId, feature: 'units', amount: remaining })).toMatchObject({
      amount: remaining,
    })
    life.used += remaining
  }

  /** Cents that were paid and not returned, with those that can still be collected. */
  async function money({ provider, who: { customerId, externalId } }: Lived): Promise<number> {
    if (provider === 'PAYPAL')
      return (await payPalRecords(server, externalId)).payments.reduce(
        (sum, one) => sum + one.amount - one.refunded - (one.disputed ? one.amount : one.lost),
        0,
      )
    const { data: charges } = await stripeObject<{
      data: { id: string; amount: number; amount_refunded: number; paid: boolean }[]
    }>(server, `charges?customer=${customerId}&limit=100`)
    const { data: open } = await stripeObject<{ data: { amount_remaining: number }[] }>(
      server,
      `invoices?customer=${customerId}&status=open&limit=100`,
    )
    const { data: disputes } = await stripeObject<{ data: { charge: string; amount: number; status: string }[] }>(
      server,
      'disputes?limit=100',
    )
    const own = new Set(charges.map(({ id }) => id))
    const lost = disputes
      .filter(({ charge, status }) => own.has(charge) && status !== 'won')
      .reduce((sum, { amount }) => sum + amount, 0)
    const { balance } = await stripeObject<{ balance: number }>(server, `customers/${customerId}`)
    const paid = charges.filter((one) => one.paid).reduce((sum, one) => sum + one.amount - one.amount_refunded, 0)
    return paid - lost + open.reduce((sum, one) => sum + one.amount_remaining, 0) + balance
  }

  async function expectPaid(): Promise<void> {
    const excesses: (Life & { readonly excess: number })[] = []
    for (const life of lives) {
      if (life.use === 'at once' && !life.waits) await useAll(life)
      const { who: _who, waits: _waits, ...lived } = life
      excesses.push({
        ...lived,
        excess: Math.max(0, life.used - (await money(life))),
      })
    }
    expect({ seed, excesses: excesses.filter(({ excess }) => excess > 0) }).toEqual({ seed, excesses: [] })
  }

  beforeAll(async () => {
    path = join(mkdtempSync(join(tmpdir(), 'stackgate-rights-')), 'catalog.yaml')
    writeFileSync(path, CATALOG)
    server = await startTestServer({ start: new Date(START).toISOString(), env: { CATALOG: path } })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    const numRuns = Number(process.env.LIVES ?? 2)
    const sample = KINDS.flatMap((kind) =>
      (kind in LOWER ? [CHANGES, WAYS, RETURNS] : [CHANGES, WAYS]).flatMap((ways) =>
        fc.sample(lifeOf(kind, ways), { numRuns, seed: seed + KINDS.indexOf(kind) }),
      ),
    )
    const atPayPal = (['plan', 'seats', 'interval'] as const).flatMap((kind) =>
      fc.sample(lifeOf(kind, PAYPAL_WAYS, 'PAYPAL', PAYPAL_MOMENTS), { numRuns, seed: seed + KINDS.indexOf(kind) }),
    )
    for (const life of [...sample, ...atPayPal]) {
      const email = `life-${lives.length}@example.com`
      const { provider } = life
      const plan = { provider, ...(life.kind === 'seats' ? { plan: 'team', quantity: 1 } : { plan: 'small' }) }
      const who = await (BY_INVOICE.includes(life.way)
        ? subscribeByInvoice(email, plan)
        : subscribe(server, email, plan))
      lives.push({ ...life, who, used: 0, waits: isReturn(life) })
    }
  })
  afterAll(async () => {
    await server?.close()
    if (path) rmSync(dirname(path), { recursive: true })
  })

  /** An account with terms by invoice, whose first invoice is paid. */
  async function subscribeByInvoice(email: string, plan: Record<string, unknown>): Promise<Subscriber> {
    const accountId = await accountIdOf(server, await server.token(email))
    await server.graphql(
      `mutation ($accountId: ID!) { setChargingTerms(input: { accountId: $accountId, daysUntilDue: 60, reason: "asked" }) { account { id } } }`,
      { accountId },
      operator,
    )
    const buyer = await Buyer.named(server, email)
    await buyer.start('startSubscription', plan)
    const [row] = await server.query<{ customer_id: string; external_id: string; url: string }>(
      `select c.customer_id, s.external_id, i.hosted_url as url from billing_subscription s
         join billing_customer c on c.account_id = s.account_id join invoice i on i.account_id = s.account_id where s.account_id = $1`,
      [accountId],
    )
    const { customer_id: customerId, external_id: externalId, url } = row!
    await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ number: '4242424242424242', expiry: '12/34', cvc: '123', name: 'Ada' }),
    })
    await untilDelivered(server)
    await untilQuiet(server)
    return { token: buyer.token, accountId, email, externalId, customerId }
  }

  it('are never more than what was paid or can be collected, in lives with raises and ways back', async () => {
    await expectPaid()
    for (const moment of [...new Set([...MOMENTS, ...PAYPAL_MOMENTS, ...LATER])].toSorted(
      (one, other) => one - other,
    )) {
      await server.advanceTo(new Date(moment).toISOString())
      for (const life of lives) {
        if (life.firstAt === moment) await act(life, ...FIRST[life.kind]!)
        if (life.raisedAt === moment) await act(life, ...RAISES[life.kind])
        if (life.raisedAt === moment && life.use === 'at once' && !life.waits) await useAll(life)
        if (life.backAt !== moment) continue
        if (life.waits && life.lowered) await act(life, ...LOWER[life.kind]!)
        await (life.waits ? giveBack(life) : back(life))
        life.waits = false
      }
      await expectPaid()
    }
    expect([...acted]).toEqual(expect.arrayContaining(['STRIPE changePlan done', 'PAYPAL changePlan done']))
    for (const life of lives) await useAll(life)
    await expectPaid()
    await expectInvariants(server)
  })
})
