import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Buyer } from '#test/support/buyer.js'
import { expectInvariants } from '#test/support/invariants.js'
import { reconcile } from '#test/support/reconciliation-runs.js'
import { accountOf, change, limitOf, subscribe } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const CATALOG = `business: lifetimes
currency: USD
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
plans:
  free: { name: Free, rank: 0, features: { calls: 10 } }
  team: { name: Team, rank: 1, prices: { month: 20.00, lifetime: 300.00 }, trial_days: 7, features: { calls: 100 } }
  pro: { name: Pro, rank: 2, prices: { month: 40.00 }, features: { calls: 500 } }
  once: { name: Once, rank: 3, prices: { lifetime: 900.00 }, features: { calls: 900 } }
`

describe('plans that are paid once', () => {
  let server: TestServer
  let admin: string
  beforeAll(async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'stackgate-lifetime-')), 'catalog.yaml')
    writeFileSync(path, CATALOG)
    server = await startTestServer({ start: '2026-01-31T09:00:00Z', env: { CATALOG: path } })
    admin = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const plansOf = async (buyer: Buyer) => {
    const { plan, subscription, ...account } = await accountOf(server, buyer)
    return {
      plan: plan.plan.code,
      endsAt: plan.endsAt,
      subscription,
      calls: limitOf({ plan, subscription, ...account }, 'calls'),
    }
  }
  const refund = async (buyer: Buyer, amountMinor: number | null, key: string) => {
    const { data } = await server.graphql<{ account: { billing: { purchases: { nodes: { id: string }[] } } } }>(
      `{ account { billing { purchases { nodes { id } } } } }`,
      {},
      buyer.token,
    )
    const [sale] = data.account.billing.purchases.nodes
    return server.graphql(
      `mutation ($amount: MoneyInput, $id: ID!, $key: String!) { refundPurchase(amount: $amount, id: $id, key: $key, reason: "as agreed") { denial { code message } } }`,
      { id: sale!.id, amount: amountMinor && { amountMinor, currency: 'USD' }, key },
      admin,
    )
  }

  it.each(['STRIPE', 'PAYPAL'] as const)('last without a subscription after one payment by %s', async (provider) => {
    const buyer = await Buyer.named(server, `${provider}@example.com`)
    await buyer.buy('startSubscription', { plan: 'team', lifetime: true, provider })
    const held = { plan: 'team', endsAt: null, subscription: null, calls: 100 }
    expect(await plansOf(buyer)).toEqual(held)
    expect((await reconcile(server, admin)).drift).toEqual([])
    await expectInvariants(server)
    for (const plan of ['team'])
      for (const lifetime of [true, false])
        expect(await buyer.start('startSubscription', { plan, lifetime, provider })).toMatchObject({
          code: 'ALREADY_INCLUDED',
          message: 'The account has bought Team for its lifetime, so it can only add a higher plan.',
        })
    // A part of the money back leaves it, all of it ends it, and then it can be bought again.
    expect((await refund(buyer, 10_000, `${provider}-part`)).errors).toBeUndefined()
    expect(await plansOf(buyer)).toEqual(held)
    expect((await refund(buyer, null, `${provider}-all`)).errors).toBeUndefined()
    await eventually(
      () => plansOf(buyer),
      ({ plan }) => plan === 'free',
    )
    await buyer.buy('startSubscription', { plan: 'team', lifetime: true, provider })
    expect(await plansOf(buyer)).toEqual(held)
  })

  it('have no trial, are the default of a plan without other prices, and refuse an interval', async () => {
    const buyer = await Buyer.named(server, 'ann@example.com')
    expect(await buyer.start('startSubscription', { plan: 'team', lifetime: true, trialDays: 7 })).toMatchObject({
      code: 'TRIAL_NOT_AVAILABLE',
    })
    expect(
      await buyer.start('startSubscription', { plan: 'team', lifetime: true, interval: { unit: 'MONTH' } }),
    ).toMatchObject({ code: 'INVALID_PARAMETERS', issues: [{ path: ['interval'] }] })
    expect(await buyer.start('startSubscription', { plan: 'pro', lifetime: true })).toMatchObject({
      code: 'INVALID_PRICE',
      message: 'Pro has no price in USD that is billed once. It is sold monthly in USD.',
    })
    await buyer.buy('startSubscription', { plan: 'once', provider: 'STRIPE' })
    expect(await plansOf(buyer)).toMatchObject({ plan: 'once', calls: 900 })
  })

  it('follow a subscription that was canceled, and leave room for one to a higher plan', async () => {
    const ben = await subscribe(server, 'ben@example.com', { plan: 'team', interval: { unit: 'MONTH' }, trialDays: 0 })
    const buyer = await Buyer.named(server, 'ben@example.com')
    expect(await buyer.start('startSubscription', { plan: 'team', lifetime: true, provider: 'STRIPE' })).toMatchObject({
      code: 'SUBSCRIPTION_CONFLICT',
      remedies: [{ kind: 'CHANGE_PLAN', mutation: 'cancelSubscription' }],
    })
    const offered = async () => {
      const { data } = await server.graphql<{ plans: { code: string; offer: object }[] }>(
        `{ plans { code offer(lifetime: true) { action amountNow { decimal } denial { code } } } }`,
        {},
        buyer.token,
      )
      return Object.fromEntries(data.plans.map(({ code, offer }) => [code, offer]))
    }
    const conflict = { action: 'SUBSCRIBE', amountNow: null, denial: { code: 'SUBSCRIPTION_CONFLICT' } }
    expect(await offered()).toMatchObject({ team: conflict, once: conflict })
    await change(server, ben, 'cancelSubscription', { at: 'PERIOD_END' })
    expect(await offered()).toMatchObject({
      team: { action: 'SUBSCRIBE', amountNow: { decimal: '300.00' }, denial: null },
      pro: { action: 'NONE', denial: { code: 'INVALID_PRICE' } },
    })
    await buyer.buy('startSubscription', { plan: 'team', lifetime: true, provider: 'STRIPE' })
    await server.advanceTo('2026-03-05T00:00:00Z')
    await eventually(
      () => plansOf(buyer),
      ({ subscription }) => subscription === null,
    )
    expect(await plansOf(buyer)).toMatchObject({ plan: 'team', endsAt: null, calls: 100 })
    await subscribe(server, 'ben@example.com', { plan: 'pro' })
    expect(await plansOf(buyer)).toMatchObject({ plan: 'pro', calls: 500 })
    await change(server, ben, 'cancelSubscription', { at: 'PERIOD_END' })
    await server.advanceTo('2026-04-10T00:00:00Z')
    await eventually(
      () => plansOf(buyer),
      ({ plan }) => plan === 'team',
    )
    expect((await reconcile(server, admin)).drift).toEqual([])
  })

  it('pause while their payment is disputed, and return when the dispute is won', async () => {
    const buyer = await Buyer.named(server, 'cid@example.com')
    await buyer.buy('startSubscription', { plan: 'team', lifetime: true, provider: 'STRIPE' })
    const [{ payment_id: payment }] = (await server.query<{ payment_id: string }>(
      `select p.payment_id from purchase p join account a on a.id = p.account_id where a.external_id = $1`,
      [buyer.email],
    )) as [{ payment_id: string }]
    for (const [status, held] of [
      ['needs_response', 'free'],
      ['won', 'team'],
    ]) {
      await server.sandboxControl('POST', 'disputes', { payment, status })
      await eventually(
        () => plansOf(buyer),
        ({ plan }) => plan === held,
      )
    }
  })
})
