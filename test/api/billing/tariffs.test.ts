import fc from 'fast-check'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exactCostOf, roundedCostOf, tiersOf } from '#services/catalog/tariffs/exact-cost.sql.js'
import { costOf, exactCost } from '#services/catalog/tariffs/price-units.js'
import { reportUsage } from '#services/billing/overage/report-usage.js'
import { validateStep } from '#services/kernel/money/charge-rules.js'
import { accountIdOf } from '#test/support/accounts.js'
import { Buyer } from '#test/support/buyer.js'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { PRICED } from '#test/support/priced-units.js'
import { anyPrice, tariffCatalog, tariffFrom } from '#test/support/tariffs.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

// Generated prices. Replay a failure with SEED=<the printed seed> npm test -- api/billing/tariffs
const seed = Number(process.env['SEED'] ?? 20261127)
const GRADUATED = 'graduated: [{ up_to: 1000, price: 0 }, { up_to: 5000, price: 0.02, flat: 5 }, { price: 0.004 }]'
const VOLUME = 'volume: [{ up_to: 100, price: 0.10 }, { price: 0.05 }], free: 10'
const PRICES = [GRADUATED, VOLUME, ...fc.sample(anyPrice, { seed, numRuns: 10 })]
/** Units that each account uses, in this order. */
const USES = [1, 7, 60, 132, 300]
const INCLUDED = 5

interface Charge {
  readonly units: number
  readonly cost: { readonly amountMinor: number }
  readonly summary: string
}

/** Lines of the invoices of a buyer that charge use beyond the allowance. */
async function overageLines(server: TestServer, { token }: Buyer) {
  const { data } = await server.graphql<{
    account: {
      billing: {
        invoices: { nodes: { lines: { nodes: { description: string; money: { amountMinor: number } }[] } }[] }
      }
    }
  }>(
    `{ account { billing { invoices(first: 20) { nodes { lines { nodes { description money { amountMinor } } } } } } } }`,
    {},
    token,
  )
  return data.account.billing.invoices.nodes
    .flatMap(({ lines }) => lines.nodes)
    .filter(({ description }) => description.includes('beyond the allowance'))
}

describe('Tariffs on a server', () => {
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'stackgate-tariffs-')), 'catalog.yaml')
    writeFileSync(path, tariffCatalog(PRICES, { included: INCLUDED }))
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: path } })
    service = await entitlementService(server)
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  /** The price of units by SQL and by the server itself. */
  it('cost the same in SQL', async () => {
    const cases = [
      ...PRICED.flatMap(([, currency, terms, costs]) =>
        costs.map(([units]) => ({ tariff: tariffFrom(terms, currency), units })),
      ),
      ...fc
        .sample(fc.tuple(anyPrice, fc.nat({ max: 900 })), { seed, numRuns: 400 })
        .map(([price, units]) => ({ tariff: tariffFrom(price), units })),
    ]
    const rows = await server.query<{ exact: string; cost: string }>(
      `select (${exactCostOf('c.units')})::numeric(40, 9)::text as exact, (${roundedCostOf('c.units')})::text as cost
       from unnest($1::text[], $2::bigint[]) with ordinality c (tariff, units, case_no) ${tiersOf('c.tariff')}
       group by c.case_no order by c.case_no`,
      [cases.map(({ tariff }) => tariff), cases.map(({ units }) => units)],
    )
    expect(rows.map(({ exact, cost }) => [BigInt(exact.replace('.', '')), Number(cost)])).toEqual(
      cases.map(({ tariff, units }) => [exactCost(tariff, units), costOf(tariff, units)]),
    )
  })

  const subscribe = async (index: number) => {
    const buyer = await Buyer.named(server, `${randomUUID()}@example.com`)
    await buyer.buy('startSubscription', { plan: `plan_${index}` })
    return { buyer, accountId: await accountIdOf(server, buyer.token) }
  }
  const preview = async ({ token }: Buyer, accountId: string, amount: number) => {
    const { data, errors } = await server.graphql<{
      check: { explain: string[]; overageCharges: Charge[] }
    }>(
      `query ($account: ID!, $amount: SafeInt!) { check(accountId: $account, feature: "calls", amount: $amount) {
        explain overageCharges { units cost { amountMinor } summary } } }`,
      { account: accountId, amount },
      token,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    return data.check
  }
  const consume = async (accountId: string, amount: number) => {
    const { data, errors } = await server.graphql<{
      consume: { explain: string[]; overageCharges: Charge[] }
    }>(
      `mutation ($account: ID!, $amount: SafeInt!, $key: String!) { consume(input: { accountId: $account, feature: "calls", amount: $amount }, key: $key) {
        consumption { explain overageCharges { units cost { amountMinor } summary } } denial { code message } } }`,
      { account: accountId, amount, key: randomUUID() },
      service.key,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    return data.consume
  }
  const overageOf = async ({ token }: Buyer) => {
    const { data, errors } = await server.graphql<{
      account: {
        usage: {
          entitlement: {
            overage: {
              summary: string
              units: number
              cost: { amountMinor: number }
              tiers: { upTo: number | null; units: number; exactCost: string }[]
            }
          }
        }
      }
    }>(
      `{ account { usage { entitlement(feature: "calls") { overage { summary units cost { amountMinor } tiering freeUnits
        tiers { upTo units exactCost price { amount per } flat { decimal } packaged percent } } } } } }`,
      {},
      token,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    return data.account.usage.entitlement.overage
  }
  const linesOf = (buyer: Buyer) => overageLines(server, buyer)

  it('state the same cost in the preview, the explanation, the usage and the invoice', async () => {
    const accounts = []
    for (const index of PRICES.keys()) accounts.push(await subscribe(index))
    for (const { buyer, accountId } of accounts)
      for (const amount of USES) {
        const before = await preview(buyer, accountId, amount)
        const used = await consume(accountId, amount)
        expect(used.overageCharges).toEqual(before.overageCharges)
        // Both name the tiers of the units.
        for (const { summary } of used.overageCharges)
          for (const { explain } of [before, used]) expect(explain.join('\n')).toContain(`: ${summary}.`)
      }
    const beyond = USES.reduce((sum, amount) => sum + amount, 0) - INCLUDED
    const costs = PRICES.map((price) => costOf(tariffFrom(price), beyond))
    for (const [index, { buyer }] of accounts.entries())
      expect(await overageOf(buyer)).toMatchObject({ units: beyond, cost: { amountMinor: costs[index]! } })
    await server.advanceTo('2026-04-05T10:00:00Z')
    await reportUsage(server.app.context)
    for (const [index, { buyer }] of accounts.entries()) {
      const lines = await eventually(
        () => linesOf(buyer),
        (found) => found.length > 0 || costs[index] === 0,
        20_000,
      )
      expect([PRICES[index], lines.map(({ money }) => money.amountMinor)]).toEqual([
        PRICES[index],
        costs[index] === 0 ? [] : [costs[index]],
      ])
    }
    expect(await linesOf(accounts[1]!.buyer)).toEqual([
      { description: 'Calls beyond the allowance: 10 free, 485 at $0.05 each', money: { amountMinor: 2425 } },
    ])
  })

  it('count the units of each tier, and of each plan apart after a change', async () => {
    const { buyer, accountId } = await subscribe(0)
    await consume(accountId, 5 + 1_000)
    expect((await overageOf(buyer)).cost.amountMinor).toBe(0)
    const first = await preview(buyer, accountId, 1)
    expect(first.overageCharges).toEqual([
      { units: 1, cost: { amountMinor: 502 }, summary: '1 at $0.02 each plus $5.00' },
    ])
    await consume(accountId, 4_500)
    expect(await overageOf(buyer)).toMatchObject({
      summary: 'free up to 1,000, then $0.02 per unit plus $5.00 up to 5,000, then $0.004 per unit',
      units: 5_500,
      cost: { amountMinor: 8_700 },
      tiers: [
        { upTo: 1_000, units: 1_000, exactCost: '0.00' },
        { upTo: 5_000, units: 4_000, exactCost: '85.00' },
        { upTo: null, units: 500, exactCost: '2.00' },
      ],
    })
    const { errors } = await server.graphql(
      `mutation ($key: String!) { changePlan(input: { plan: "plan_1" }, key: $key) { denial { code message } } }`,
      { key: randomUUID() },
      buyer.token,
    )
    expect(errors).toBeUndefined()
    await eventually(
      () => overageOf(buyer),
      ({ tiers }) => tiers.length === 2,
      20_000,
    )
    // The new plan counts its own units, from its first tier.
    await consume(accountId, 60)
    expect(await overageOf(buyer)).toMatchObject({
      units: 5_560,
      cost: { amountMinor: 8_700 + 500 },
      tiers: [{ units: 50 }, { units: 0 }],
    })
  })

  it('return nothing for late use that makes all units cheaper, and charge what is dearer', async () => {
    const { buyer, accountId } = await subscribe(1)
    const [window] = await server.query<{ windowEnd: Date }>(
      `select current_period_end as "windowEnd" from billing_subscription where account_id = $1`,
      [accountId],
    )
    const end = window!.windowEnd.getTime()
    const at = (hours: number) => new Date(end + hours * 3_600_000).toISOString()
    await server.advanceTo(at(-2))
    await consume(accountId, INCLUDED + 10 + 100)
    const reserve = (amount: number) =>
      service.reserve({ accountId, feature: 'calls', amount, expiresInSeconds: 86_400 })
    const [cheaper, dearer] = [await reserve(20), await reserve(100)]
    await server.advanceTo(at(1))
    await reportUsage(server.app.context)
    const amounts = async () => (await linesOf(buyer)).map(({ money }) => money.amountMinor)
    await eventually(amounts, (found) => found.length === 1, 20_000)
    expect(await amounts()).toEqual([1_000])
    // 120 units cost 6.00, of which 10.00 are charged.
    await service.commit({ reservationId: cheaper.id, amount: 20 })
    await reportUsage(server.app.context)
    // 220 units cost 11.00.
    await service.commit({ reservationId: dearer.id, amount: 100 })
    await reportUsage(server.app.context)
    await server.advanceTo(at(24 * 32))
    await reportUsage(server.app.context)
    const lines = await eventually(
      () => linesOf(buyer),
      (found) => found.length === 2,
      20_000,
    )
    expect(lines.map(({ money }) => money.amountMinor).toSorted((one, other) => one - other)).toEqual([100, 1_000])
  })

  it('count for a cap of a member what its units added to the cost, also before the cap was set', async () => {
    const { buyer, accountId } = await subscribe(0)
    const { data } = await server.graphql<{ account: { members: { nodes: { user: { id: string } }[] } } }>(
      `{ account { members { nodes { user { id } } } } }`,
      {},
      buyer.token,
    )
    const userId = data.account.members.nodes[0]!.user.id
    await consume(accountId, INCLUDED + 900)
    // 100 units of the member are free, and 150 cost 0.02 each and 5.00 once.
    await service.consume({ accountId, feature: 'calls', amount: 250, userId })
    const set = (period: string, amountMinor: number) =>
      server.graphql<{
        setSpendCap: { used: { money: { amountMinor: number } }; remaining: { money: { amountMinor: number } } }
      }>(
        `mutation ($input: SetSpendCapInput!, $key: String!) { setSpendCap(input: $input, key: $key) {
          spendCap { used { money { amountMinor } } remaining { money { amountMinor } } } denial { code message } } }`,
        {
          input: {
            accountId,
            feature: 'calls',
            period,
            limit: { money: { amountMinor, currency: 'USD' } },
            ...(period === 'MONTH' ? { userId } : {}),
          },
          key: randomUUID(),
        },
        buyer.token,
      )
    const ofMember = await set('MONTH', 1_000)
    expect(ofMember.data.setSpendCap).toMatchObject({
      used: { money: { amountMinor: 800 } },
      remaining: { money: { amountMinor: 200 } },
    })
    // 100 more units cost 2.00, and the next one does not fit.
    expect(await service.consume({ accountId, feature: 'calls', amount: 101, userId })).toMatchObject({
      code: 'SPEND_CAP_REACHED',
    })
    expect(await service.consume({ accountId, feature: 'calls', amount: 100, userId })).toMatchObject({ amount: 100 })
    const ofAccount = await set('DAY', 1_100)
    expect(ofAccount.data.setSpendCap).toMatchObject({ used: { money: { amountMinor: 1_000 } } })
    expect(await service.consume({ accountId, feature: 'calls', amount: 51 })).toMatchObject({
      code: 'SPEND_CAP_REACHED',
    })
    expect(await service.consume({ accountId, feature: 'calls', amount: 50 })).toMatchObject({ amount: 50 })
  })
})

describe.each([
  // 3 × 0.4 + 97 × 12.15 + 100 = 1,279.75
  ['JPY', 'graduated: [{ up_to: 3, price: 0.4 }, { price: 12.15, flat: 100 }]', 1_280],
  // 10 × 0.1234 + 90 × 0.0126 = 2.368, and dinars are charged in steps of 0.010
  ['KWD', 'graduated: [{ up_to: 10, price: 0.1234 }, { price: 0.0126 }]', 2_370],
])('Tariffs in %s', (currency, price, amountMinor) => {
  it.each([
    ['on the invoice', 'unit: call'],
    ['by a meter', 'unit: call, overage_meter: calls_cost'],
  ])('are charged with the decimals of the currency %s', async (_where, feature) => {
    const path = join(mkdtempSync(join(tmpdir(), 'stackgate-tariffs-')), 'catalog.yaml')
    writeFileSync(path, tariffCatalog([price], { currency }).replace('unit: call', feature))
    const server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: path } })
    try {
      const service = await entitlementService(server)
      const buyer = await Buyer.named(server, 'ann@example.com')
      await buyer.buy('startSubscription', { plan: 'plan_0' })
      const accountId = await accountIdOf(server, buyer.token)
      const reported = async () =>
        (await server.query<{ amount: string }>(`select amount from usage_report where meter = 'calls_cost'`)).map(
          ({ amount }) => Number(amount),
        )
      for (const amount of [2, 38, 60]) {
        await service.consume({ accountId, feature: 'calls', amount })
        await reportUsage(server.app.context)
      }
      if (feature !== 'unit: call') {
        const amounts = await reported()
        expect(amounts.filter((amount) => validateStep({ amountMinor: amount, currency }) !== null)).toEqual([])
        expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(amountMinor)
        return
      }
      await server.advanceTo('2026-04-05T10:00:00Z')
      await reportUsage(server.app.context)
      const lines = await eventually(
        () => overageLines(server, buyer),
        (found) => found.length > 0,
        20_000,
      )
      expect(lines.map(({ money }) => money.amountMinor)).toEqual([amountMinor])
      await expectInvariants(server)
    } finally {
      await server.close()
    }
  })
})
