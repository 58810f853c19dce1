import { Journal } from '@stackgate/client/documents'
import { aggregateAll } from '#services/entitlements/analytics/start-aggregation.js'
import { figures, usageFigures } from '#test/support/analytics.js'
import { accountIdOf } from '#test/support/accounts.js'
import { Buyer } from '#test/support/buyer.js'
import { entitlementService, newAccount, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { untilQuiet } from '#test/support/money-runs.js'
import { workInput } from '#test/support/rated-catalog.js'
import { createSeededRandom } from '#test/support/seeded-random.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'

const FEATURE = 'ai_credits'
const MONTH = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' }
const PICO = 10n ** 12n

/** A decimal of up to twelve places in trillionths. */
const picoOf = (text: string): bigint => {
  const [whole, fraction = ''] = text.split('.')
  return BigInt(whole!) * PICO + BigInt(fraction.padEnd(12, '0'))
}
const centsOf = (pico: bigint): string => {
  const cents = (pico + PICO / 200n) / (PICO / 100n)
  return `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`
}

describe('Margin', () => {
  let server: TestServer
  let service: EntitlementService
  let operator: string
  let account: string
  beforeAll(async () => {
    server = await startTestServer({ start: '2026-01-10T08:00:00Z', env: { CATALOG: 'ai-platform' } })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    const buyer = await Buyer.named(server, 'ann@example.com')
    await buyer.buy('startSubscription', { plan: 'pro' })
    await buyer.buy('purchasePackage', { package: 'credits_10k' })
    await untilQuiet(server)
    account = await accountIdOf(server, buyer.token)
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const random = createSeededRandom(77)
  let bill = 0n
  let unknown = 0
  /** A stream that is aborted or ends, with or without a cost that the provider reported. */
  const stream = async () => {
    const held = await service.reserve({ accountId: account, feature: FEATURE, amount: 3 })
    const kind = random.next()
    if (kind < 0.2) return void (await service.release({ id: held.id }))
    if (kind < 0.3) {
      unknown++
      return void (await service.commit({ id: held.id, amount: 1 }))
    }
    const cost = `${Math.floor(random.next() * 3)}.${String(Math.floor(random.next() * 1e12)).padStart(12, '0')}`
    bill += picoOf(cost)
    await service.commit({ id: held.id, amount: 2, providerCost: cost })
  }
  const costs = async (more: object = {}) =>
    (await figures(server, operator, { metrics: ['COST', 'UNKNOWN_COSTS'], interval: 'RANGE', ...MONTH, ...more })).map(
      ({ groups, total }) => [...Object.values(groups), total],
    )
  const ofAccount = async (more: object = {}) =>
    (
      await usageFigures(server, service.key, {
        account,
        metrics: ['COST', 'UNKNOWN_COSTS'],
        features: [FEATURE],
        ...more,
      })
    ).map(({ total }) => total)

  it('sums what the provider charged to the cent, before and after sums, and counts unknown costs', async () => {
    for (let calls = 0; calls < 12; calls++) await Promise.all(Array.from({ length: 10 }, stream))
    const expected = [centsOf(bill), unknown]
    expect(await ofAccount()).toEqual(expected)
    expect((await costs()).flat()).toEqual(expected)
    await aggregateAll(server.app.context)
    expect(await ofAccount()).toEqual(expected)
    expect((await costs()).flat()).toEqual(expected)
    await server.advanceTo('2026-01-12T08:00:00Z')
    await stream()
    await aggregateAll(server.app.context)
    const later = [centsOf(bill), unknown]
    expect(await ofAccount()).toEqual(later)
    expect((await costs()).flat()).toEqual(later)
    expect(await costs({ groupBy: ['ACCOUNT', 'PLAN', 'FEATURE'] })).toEqual(
      later.map((value) => [account, 'pro', FEATURE, value]),
    )
  })

  it('has the cost of models', async () => {
    const before = bill
    for (const [model, providerCost] of [
      ['small', '0.25'],
      ['large', '1.5'],
    ] as const) {
      const work = workInput({ output_tokens: 1_000 }, { model })
      const held = await service.reserve({ accountId: account, feature: FEATURE, work })
      await service.commit({ id: held.id, work, providerCost })
      bill += picoOf(providerCost)
    }
    const byModel = [
      [null, centsOf(before)],
      ['large', '1.50'],
      ['small', '0.25'],
    ]
    const read = async () => costs({ metrics: ['COST'], groupBy: ['MODEL'] })
    expect(await read()).toEqual(byModel)
    await aggregateAll(server.app.context)
    expect(await read()).toEqual(byModel)
  })

  it('is the revenue of the journal minus the cost, to the cent, and names the lowest margin first', async () => {
    await newAccount(server)
    await server.advanceTo('2026-02-03T00:00:00Z')
    await untilQuiet(server)
    await aggregateAll(server.app.context)
    const metrics = ['RECOGNIZED_REVENUE', 'MARGIN', 'MARGIN_RATE', 'MARGIN_UNKNOWN_COSTS'] as const
    const read = (more: object = {}) =>
      figures(server, operator, { metrics: [...metrics], interval: 'RANGE', ...MONTH, ...more })
    const { data } = await server.graphql(Journal, { month: '2026-01', first: 1, after: null }, operator)
    const revenue = data
      .journal!.totals.filter(({ ledgerAccount }) => ledgerAccount.startsWith('revenue_'))
      .reduce((sum, { debit, credit }) => sum + picoOf(credit.decimal) - picoOf(debit.decimal), 0n)
    const total = (await read()).map((series) => series.total)
    const cost = (await costs({ metrics: ['COST'] })).flat()[0] as string
    expect(total[0]).toBe(centsOf(revenue))
    expect(Number(total[0]) * 100 - Number(cost) * 100).toBeCloseTo(Number(total[1]) * 100, 6)
    expect(total[2]).toBeCloseTo(Number(total[1]) / Number(total[0]), 9)
    expect(total[3]).toBe(unknown)
    const grouped = await read({ groupBy: ['ACCOUNT', 'PLAN'] })
    expect(grouped.map((series) => [series.groups['ACCOUNT'], series.groups['PLAN'], series.total])).toEqual(
      total.map((value) => [account, 'pro', value]),
    )
    const points = await read({ metrics: ['RECOGNIZED_REVENUE'], interval: 'DAY' })
    expect(points[0]!.points.reduce((sum, { value }) => sum + Math.round(Number(value) * 100), 0)).toBe(
      Math.round(Number(total[0]) * 100),
    )
    const { status, body } = await server.rest(
      'GET',
      `/api/v1/analytics/margin.csv?from=${MONTH.from}&to=${MONTH.to}`,
      { token: operator },
    )
    expect([status, String(body).split('\n')[0]]).toEqual([
      200,
      'account,plan,currency,revenue,margin,margin_rate,unknown_costs',
    ])
  })
})
