import { reportUsage } from '#services/billing/overage/report-usage.js'
import { BilledAccounts } from '#test/support/billed-accounts.js'
import type { Buyer } from '#test/support/buyer.js'
import type { EntitlementService } from '#test/support/entitlements.js'
import { untilQuiet } from '#test/support/money-runs.js'
import { change } from '#test/support/subscribers.js'
import { eventually, type TestServer } from '#test/support/test-server.js'

/** `grow` has a minimum of 50.00 a window, and its first ten calls beyond the allowance are free. */
const CATALOG = `business: minimums
currency: USD
taxes: automatic
pause: { maximum: 90d }
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
  seats: { name: Seats, kind: limit, unit: seat }
plans:
  free: { name: Free, rank: 0 }
  calm:
    name: Calm
    rank: 1
    prices: { month: 10.00 }
    features: { calls: 10 }
  grow:
    name: Grow
    rank: 2
    prices: { month: 20.00, year: 200.00, per: seat }
    features:
      seats: { amount: 1, per: seat }
      calls: { amount: 10, overage: { price: 1.00, free: 10, minimum: 50.00, cap: 100000 } }
  tried:
    name: Tried
    rank: 3
    prices: { month: 30.00 }
    trial_days: 14
    features:
      calls: { amount: 10, overage: { price: 1.00, minimum: 50.00, cap: 100000 } }
`

interface Invoice {
  readonly status: string
  readonly tax: { readonly decimal: string }
  readonly lines: {
    readonly nodes: readonly { readonly description: string; readonly money: { readonly decimal: string } }[]
  }
}

const DAY_MS = 86_400_000
const MINIMUM = 'Calls beyond the allowance: $50.00 up to the minimum'

const LINE = `${MINIMUM} = 50.00`

/** Lines of use of each invoice, oldest first: text and amount. */
const usesOf = async ({ server, token }: Buyer) => {
  const { data } = await server.graphql<{ account: { billing: { invoices: { nodes: Invoice[] } } } }>(
    `{ account { billing { invoices(first: 20) { nodes { status tax { decimal } lines { nodes { description money { decimal } } } } } } } }`,
    {},
    token,
  )
  return data.account.billing.invoices.nodes
    .toReversed()
    .map(({ lines }) =>
      lines.nodes
        .filter(({ description }) => description.includes('beyond the allowance'))
        .map(({ description, money }) => `${description} = ${money.decimal}`),
    )
}
const openOf = async ({ server, token }: Buyer) => {
  const { data } = await server.graphql<{
    account: { billing: { openCharges: { description: string; cost: { decimal: string }; chargedAt: string }[] } }
  }>(`{ account { billing { openCharges { description cost { decimal } chargedAt } } } }`, {}, token)
  return data.account.billing.openCharges
}

describe('A minimum without use', () => {
  let accounts: BilledAccounts
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    accounts = await BilledAccounts.start(CATALOG)
    ;({ server, service } = accounts)
    await server.sandboxControl('POST', 'settings', { taxPercent: 20 })
  })
  afterAll(() => accounts.close())

  it('is on the invoice of each period, with tax, and among the open charges before', async () => {
    const { buyer } = await accounts.subscriber({ plan: 'grow' })
    const [open, ...more] = await openOf(buyer)
    expect([open, more]).toMatchObject([{ description: MINIMUM, cost: { decimal: '50.00' } }, []])
    await accounts.passDays(32)
    expect(await usesOf(buyer)).toEqual([[], [LINE]])
    await accounts.passDays(30)
    expect(await usesOf(buyer)).toEqual([[], [LINE], [LINE]])
    const { data } = await server.graphql<{ account: { billing: { invoices: { nodes: Invoice[] } } } }>(
      `{ account { billing { invoices(first: 1) { nodes { status tax { decimal } lines { nodes { description } } } } } } }`,
      {},
      buyer.token,
    )
    expect(data.account.billing.invoices.nodes).toMatchObject([{ status: 'PAID', tax: { decimal: '14.00' } }])
    await accounts.expectNoDrift()
  })

  it('is charged once if several processes report use at the same time', async () => {
    const { buyer, accountId } = await accounts.subscriber({ plan: 'grow' })
    await service.consume({ accountId, feature: 'calls', amount: 15 })
    await server.advanceTo(new Date(server.app.context.clock.now().getTime() + 32 * DAY_MS).toISOString())
    await Promise.all([1, 2, 3, 4].map(() => reportUsage(server.app.context)))
    await untilQuiet(server)
    // Five calls are free.
    expect(await usesOf(buyer)).toEqual([[], [LINE]])
    await accounts.expectNoDrift()
  })

  it('counts for units that are committed after the window', async () => {
    const { buyer, accountId } = await accounts.subscriber({ plan: 'grow' })
    await accounts.passDays(29)
    const holds: string[] = []
    for (const amount of [40, 45]) {
      const { id, code } = await service.reserve({ accountId, feature: 'calls', amount, expiresInSeconds: 6 * 86_400 })
      expect(code).toBeUndefined()
      holds.push(id)
    }
    await accounts.passDays(3)
    expect(await usesOf(buyer)).toEqual([[], [LINE]])
    await service.commit({ reservationId: holds[0]! })
    await accounts.passDays(1)
    // The minimum of the window has paid for its 20 calls at a price.
    expect(await usesOf(buyer)).toEqual([[], [LINE]])
    await service.commit({ reservationId: holds[1]! })
    await accounts.passDays(31)
    const [, , last] = await usesOf(buyer)
    expect(last).toEqual([
      'Calls beyond the allowance: 45 at $1.00 each, minus $30.00 that the minimum had added = 15.00',
      LINE,
    ])
    await accounts.expectNoDrift()
  })

  it('is not owed for a trial, nor for a part of a window', async () => {
    const { buyer } = await accounts.subscriber({ plan: 'tried' })
    expect(await openOf(buyer)).toEqual([])
    const { buyer: changed } = await accounts.subscriber({ plan: 'calm' })
    await accounts.passDays(12)
    expect(await change(server, changed, 'changePlan', { plan: 'grow', at: 'NOW' })).toMatchObject({
      __typename: 'PlanChangePayload',
    })
    await accounts.passDays(20)
    for (const who of [buyer, changed]) expect((await usesOf(who)).flat()).toEqual([])
    // The windows of both have begun with what was paid first: the end of the trial, and the start of the other plan.
    await accounts.passDays(31)
    for (const who of [buyer, changed]) expect((await usesOf(who)).flat()).toEqual([LINE])
    await accounts.expectNoDrift()
  })

  it('is owed with another number of seats, and until the subscription ends', async () => {
    const { buyer } = await accounts.subscriber({ plan: 'grow' })
    await accounts.passDays(10)
    await change(server, buyer, 'changePlan', { plan: 'grow', quantity: 3, at: 'NOW' })
    await change(server, buyer, 'cancelSubscription', { at: 'PERIOD_END' })
    const { buyer: other } = await accounts.subscriber({ plan: 'grow' })
    await accounts.passDays(10)
    await change(server, other, 'cancelSubscription', { at: 'NOW' })
    await accounts.passDays(14)
    await eventually(
      () => usesOf(buyer),
      (found) => found.flat().includes(LINE),
      20_000,
    )
    expect((await usesOf(buyer)).flat()).toEqual([LINE])
    expect((await usesOf(other)).flat()).toEqual([])
    await accounts.expectNoDrift()
  })

  it('is owed each month of a year, and not while payments are paused', async () => {
    const { buyer } = await accounts.subscriber({ plan: 'grow', interval: { unit: 'YEAR', count: 1 } })
    const { buyer: resting } = await accounts.subscriber({ plan: 'grow' })
    await change(server, resting, 'pauseSubscription', {})
    expect(await openOf(resting)).toHaveLength(1)
    for (let month = 0; month < 3; month++) await accounts.passDays(31)
    expect((await usesOf(buyer)).flat()).toEqual([LINE, LINE, LINE])
    expect((await usesOf(resting)).flat()).toEqual([LINE])
    expect(await openOf(resting)).toEqual([])
    await accounts.expectNoDrift()
  })
})

describe('A minimum of a plan that is kept while its payments are paused', () => {
  let accounts: BilledAccounts
  let server: TestServer
  beforeAll(async () => {
    accounts = await BilledAccounts.start(CATALOG.replace('maximum: 90d', 'maximum: 90d, access: keep'))
    server = accounts.server
  })
  afterAll(() => accounts.close())

  it('is not owed for windows of the pause', async () => {
    const { buyer } = await accounts.subscriber({ plan: 'grow' })
    await change(server, buyer, 'pauseSubscription')
    expect(await openOf(buyer)).toHaveLength(1)
    for (let month = 0; month < 2; month++) await accounts.passDays(31)
    const { data } = await server.graphql<{ check: { entitlement: { limit: number } } }>(
      `{ check(feature: "calls") { entitlement { limit } } }`,
      {},
      buyer.token,
    )
    expect(data.check.entitlement.limit).toBe(10)
    expect([await openOf(buyer), (await usesOf(buyer)).flat()]).toEqual([[], [LINE]])
    await change(server, buyer, 'resumeSubscription')
    await untilQuiet(server)
    expect((await usesOf(buyer)).flat()).toEqual([LINE])
    // Nothing is charged for the running period, and so its window has no minimum, also after the next payment.
    expect(await openOf(buyer)).toEqual([])
    await accounts.passDays(32)
    expect((await usesOf(buyer)).flat()).toEqual([LINE])
    await accounts.passDays(31)
    expect((await usesOf(buyer)).flat()).toEqual([LINE, LINE])
    await accounts.expectNoDrift()
  })

  it.each(['resumeSubscription', 'cancelSubscription'] as const)(
    'is not owed for a window of the pause if %s ends it before the window is reported',
    async (end) => {
      const { buyer } = await accounts.subscriber({ plan: 'grow' })
      const secondEnd = new Date(server.app.context.clock.now())
      secondEnd.setUTCMonth(secondEnd.getUTCMonth() + 2)
      await change(server, buyer, 'pauseSubscription')
      await accounts.passDays(32)
      // The event of the next invoice, with which its use is reported, is late.
      await server.sandboxControl('POST', 'faults', { match: { event: 'invoice.*' }, action: 'drop' })
      await server.advanceTo(new Date(secondEnd.getTime() + 20 * 60_000).toISOString())
      await server.sandboxControl('DELETE', 'faults')
      await change(server, buyer, end, end === 'cancelSubscription' ? { at: 'NOW' } : {})
      await untilQuiet(server)
      await accounts.passDays(1)
      expect([(await openOf(buyer)).length, (await usesOf(buyer)).flat()]).toEqual([
        end === 'resumeSubscription' ? 1 : 0,
        [LINE],
      ])
      await accounts.passDays(32)
      expect((await usesOf(buyer)).flat()).toEqual(end === 'resumeSubscription' ? [LINE, LINE] : [LINE])
      await accounts.expectNoDrift()
    },
  )
})
