import { AmendUsage, StartSubscription } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { reportUsage } from '#services/billing/overage/report-usage.js'
import { Buyer } from '#test/support/buyer.js'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { startTestServer, type TestServer } from '#test/support/test-server.js'
import { accountIdOf } from '#test/support/accounts.js'

interface Charge {
  plan: { code: string }
  units: number
  price: { amount: string; per: number }
  cost: { decimal: string; amountMinor: number }
}

interface Overage {
  units: number
  reserved: number
  remaining: number
  cost: { decimal: string }
}

const CHARGE = `plan { code } units price { amount per } cost { decimal amountMinor }`
const OVERAGE = `overage { plan { code } price { amount currency per } cap units reserved remaining cost { decimal } }`
const CONSUMED = `
  consumption { __typename id amount overageCharges { ${CHARGE} } entitlement { remaining ${OVERAGE} } taken { amount source { kind code } } }
  denial { __typename code message remedies { kind } }
`

describe('Overage that is reported to a meter', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-overage-'))
  let server: TestServer
  let service: EntitlementService
  beforeAll(async () => {
    const path = join(folder, 'catalog.yaml')
    const shipped = readFileSync('catalogs/ai-platform.yaml', 'utf8')
    const metered = shipped.replace(
      /(name: AI credits, .*window: billing_period)/,
      '$1, overage_meter: ai_credits_overage',
    )
    expect(metered).not.toBe(shipped)
    writeFileSync(path, metered)
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: path } })
    service = await entitlementService(server)
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
    rmSync(folder, { recursive: true })
  })

  /** A subscriber of the plan `scale`, who has used all of its 600,000 credits. */
  const usedUp = async () => {
    const buyer = await Buyer.named(server, `${randomUUID()}@example.com`)
    await buyer.buy('startSubscription', { plan: 'scale' })
    const accountId = await accountIdOf(server, buyer.token)
    const consume = async (amount: number, idempotencyKey: string = randomUUID()) =>
      (
        await server.graphql<{
          consume: {
            __typename: string
            id: string
            code: string
            message: string
            overageCharges: Charge[]
            entitlement: { remaining: number; overage: Overage }
          }
        }>(
          `mutation ($input: ConsumeInput!, $key: String!) { consume(input: $input, key: $key) { ${CONSUMED} } }`,
          { input: { accountId, feature: 'ai_credits', amount }, key: idempotencyKey },
          service.key,
        )
      ).data.consume
    expect(await consume(600_000)).toMatchObject({
      overageCharges: [],
      entitlement: { remaining: 0, overage: { units: 0 } },
    })
    const entitlement = async () =>
      (
        await server.graphql<{ account: { usage: { entitlements: [{ remaining: number; overage: Overage }] } } }>(
          `{ account { usage { entitlements(features: ["ai_credits"]) { remaining ${OVERAGE} } } } }`,
          {},
          buyer.token,
        )
      ).data.account.usage.entitlements[0]
    return { buyer, token: buyer.token, accountId, consume, entitlement }
  }

  /** Minor units that the provider counted for the customer of an account. */
  const counted = async (accountId: string) => {
    const [row] = await server.query<{ customer_id: string }>(
      `select customer_id from billing_customer where account_id = $1`,
      [accountId],
    )
    const headers = { authorization: 'Bearer sk_test_sandbox_server' }
    const read = async <Item>(path: string) => {
      const answer = await fetch(`${server.sandbox.url}/v1/billing/meters${path}`, { headers })
      if (!answer.ok) throw new Error(await answer.text())
      return ((await answer.json()) as { data: Item[] }).data
    }
    const [meter] = await read<{ id: string; event_name: string }>('')
    expect(meter!.event_name).toBe('ai_credits_overage')
    const query = `customer=${row!.customer_id}&start_time=1772323200&end_time=1775001600`
    const summaries = await read<{ aggregated_value: number }>(`/${meter!.id}/event_summaries?${query}`)
    return summaries.reduce((sum, { aggregated_value: value }) => sum + value, 0)
  }

  it('charges units beyond the allowance, and never more than the cap under concurrent use', async () => {
    const { accountId, consume, entitlement } = await usedUp()
    const first = await consume(1_250, 'first')
    const charge = {
      plan: { code: 'scale' },
      units: 1_250,
      price: { amount: '0.40', per: 1000 },
      cost: { decimal: '0.50', amountMinor: 50 },
    }
    expect(first).toMatchObject({
      overageCharges: [charge],
      taken: [{ amount: 1_250, source: { kind: 'OVERAGE', code: 'scale' } }],
      entitlement: {
        remaining: 0,
        overage: {
          price: { amount: '0.40', currency: 'USD', per: 1000 },
          cap: 1_000_000,
          units: 1_250,
          cost: { decimal: '0.50' },
        },
      },
    })
    // The repeated call returns the same charge, and charges nothing.
    expect(await consume(1_250, 'first')).toMatchObject({ id: first.id, overageCharges: [charge] })

    const results = await Promise.all(Array.from({ length: 40 }, () => consume(30_000)))
    const done = results.filter(({ __typename: type }) => type === 'Consumption')
    expect(done).toHaveLength(33)
    const denied = results.filter(({ __typename: type }) => type !== 'Consumption')
    expect(denied[0]).toMatchObject({
      code: 'OVERAGE_CAP_REACHED',
      remedies: [{ kind: 'WAIT' }, { kind: 'BUY_PACKAGE' }, { kind: 'BUY_PACKAGE' }],
    })
    const minor = [first, ...done]
      .flatMap(({ overageCharges }) => overageCharges)
      .reduce((sum, { cost }) => sum + cost.amountMinor, 0)
    expect(minor).toBe(34_738)
    expect(await entitlement()).toMatchObject({
      remaining: 0,
      overage: { units: 991_250, remaining: 8_750, cost: { decimal: '347.38' } },
    })
    await Promise.all([reportUsage(server.app.context), reportUsage(server.app.context)])
    expect(await counted(accountId)).toBe(34_738)
  })

  it('shows the price before the use, over GraphQL and REST', async () => {
    const { accountId, token } = await usedUp()
    const { data } = await server.graphql<{ check: { allowed: boolean; explain: string[] } }>(
      `{ check(feature: "ai_credits", amount: 500) { allowed explain } }`,
      {},
      token,
    )
    expect(data.check.allowed).toBe(true)
    expect(data.check.explain).toEqual(
      expect.arrayContaining([
        'Beyond it, the plan Scale charges $0.40 per 1,000 up to 500,000, then $0.30 per 1,000: 0 of 1,000,000 used, $0.00 so far.',
        'Consumption order: 500 of use beyond the allowance.',
      ]),
    )
    const post = async (verb: string, body: object) =>
      (
        await fetch(`${server.url}/api/v1/entitlements/${verb}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${service.key}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      ).json()
    const use = { account_id: accountId, feature: 'ai_credits' }
    expect(await post('check', { ...use, amount: 1_000_000 })).toMatchObject({
      allowed: true,
      entitlement: { remaining: 0, overage: { plan: 'scale', price: '0.40', remaining: 1_000_000, cost: '0.00' } },
    })
    expect(await post('check', { ...use, amount: 1_000_001 })).toMatchObject({
      allowed: false,
      denial: { code: 'OVERAGE_CAP_REACHED' },
    })
    // Reserved units cost nothing until they are committed, and work is priced in units first.
    const held = (await post('reserve', { ...use, amount: 10_000, idempotency_key: randomUUID() })) as { id: string }
    const committed = { reservation_id: held.id, amount: 2_500, idempotency_key: randomUUID() }
    expect(await post('commit', committed)).toMatchObject({
      amount: 2_500,
      overage: [{ plan: 'scale', units: 2_500, price: '0.40', per: 1000, currency: 'USD', cost: '1.00' }],
      entitlement: { overage: { used: 2_500, reserved: 0, remaining: 997_500, cost: '1.00' } },
    })
  })

  it('returns overage first, and subtracts its cost from the next report', async () => {
    const { accountId, consume, entitlement } = await usedUp()
    const { id } = await consume(10_000)
    await reportUsage(server.app.context)
    expect(await counted(accountId)).toBe(400)
    const { data } = await server.graphql(
      AmendUsage,
      { id: id, amount: 4_000, reason: 'Counted twice', key: randomUUID() },
      service.key,
    )
    expect(data.amendUsage).toMatchObject({
      amount: 6_000,
      remaining: 4_000,
      invoiceEffect: 'NEXT_REPORT',
      returned: [{ amount: 6_000, source: { kind: 'OVERAGE', code: 'scale' } }],
    })
    expect(await entitlement()).toMatchObject({ overage: { units: 4_000, cost: { decimal: '1.60' } } })
    await consume(11_000)
    await reportUsage(server.app.context)
    expect(await counted(accountId)).toBe(600)
  })

  it('starts again with the period, and uses packs first', async () => {
    const { buyer, consume, entitlement } = await usedUp()
    await consume(2_000)
    await buyer.buy('purchasePackage', { package: 'credits_10k' })
    expect(await consume(11_000)).toMatchObject({ overageCharges: [{ units: 1_000, cost: { decimal: '0.40' } }] })
    await server.advanceTo('2026-04-06T09:00:00Z')
    expect(await entitlement()).toMatchObject({ remaining: 600_000, overage: { units: 0, cost: { decimal: '0.00' } } })
  })

  it('is refused with PayPal, which has no meters', async () => {
    const token = await server.token('paypal@example.com')
    const { data } = await server.graphql(
      StartSubscription,
      { input: { plan: 'scale', provider: 'PAYPAL' }, key: 'buy' },
      token,
    )
    expect(data.startSubscription).toMatchObject({
      code: 'NOT_SUPPORTED_BY_PROVIDER',
      message: 'PAYPAL cannot charge units beyond the allowance, for which this plan has a price. Pay with STRIPE.',
      issues: [{ path: ['provider'] }],
      remedies: [{ kind: 'CONTINUE_CHECKOUT', label: 'Pay with Stripe' }],
    })
  })
})
