import { randomUUID } from 'node:crypto'
import { CancelSubscription, SetLanguage } from '@stackgate/client/documents'
import { reportUsage } from '#services/billing/overage/report-usage.js'
import { accountIdOf } from '#test/support/accounts.js'
import { Buyer } from '#test/support/buyer.js'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { expectInvariants } from '#test/support/invariants.js'
import { cleanRun, untilCounted, untilQuiet } from '#test/support/money-runs.js'
import { changeableCatalog, type ChangeableCatalog } from '#test/support/next-catalog.js'
import { change } from '#test/support/subscribers.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

const CATALOG = `business: currencies
currency: USD
taxes: automatic
spend_caps: [calls]
features:
  calls: { name: Calls, kind: quota, unit: call, window: billing_period }
  storage: { name: Storage, kind: limit, unit: GB }
  exports: { name: Exports, kind: quota, unit: export, window: month }
plans:
  free: { name: Free, rank: 0 }
  grow:
    name: Grow
    rank: 1
    prices: { month: { USD: 20.00, EUR: 18.00, JPY: 3000 } }
    overage_threshold: { USD: 100.00, EUR: 90.00, JPY: 15000 }
    features:
      calls:
        amount: 10
        overage:
          price: { USD: 1.00, EUR: 0.90, JPY: 150 }
          minimum: { USD: 5.00, EUR: 4.50, JPY: 700 }
          cap: 100000
  seats:
    name: Seats
    rank: 2
    prices: { month: { USD: 30.00, EUR: 27.00, JPY: 4000 }, per: seat }
    features: { storage: { amount: 5, per: seat } }
packages:
  more: { name: More storage, type: addon, price: { USD: 4.00, EUR: 3.60, JPY: 500 }, grants: { storage: 5 } }
  pack: { name: Pack, type: credit_pack, price: { USD: 3.00, EUR: 2.70, JPY: 400 }, valid_for: 60d, grants: { exports: 5 } }
`

const euro = (decimal: string) => ({ currency: 'EUR', decimal })

interface Invoice {
  readonly status: string
  readonly total: { readonly currency: string; readonly decimal: string }
  readonly lines: {
    readonly nodes: readonly { readonly description: string; readonly money: { readonly decimal: string } }[]
  }
}

describe('Overage in the currency of the subscription', () => {
  let server: TestServer
  let service: EntitlementService
  let catalog: ChangeableCatalog
  let operator: string
  beforeAll(async () => {
    catalog = changeableCatalog(CATALOG)
    server = await startTestServer({ start: '2026-03-05T09:00:00Z', env: { CATALOG: catalog.path } })
    await server.sandboxControl('POST', 'settings', { taxPercent: 20 })
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterAll(async () => {
    await expectInvariants(server)
    await server.close()
    catalog.remove()
  })

  const subscriber = async (currency: string) => {
    const buyer = await Buyer.named(server, `${randomUUID()}@example.com`)
    await buyer.buy('startSubscription', { plan: 'grow', currency })
    const accountId = await accountIdOf(server, buyer.token)
    const use = (amount: number) => service.consume({ accountId, feature: 'calls', amount })
    return { buyer, accountId, use }
  }
  const ask = async <Data>(token: string, document: string, variables: Record<string, unknown> = {}) =>
    (await server.graphql<Data>(document, variables, token)).data
  const invoicesOf = async ({ token }: Buyer) =>
    (
      await ask<{ account: { billing: { invoices: { nodes: Invoice[] } } } }>(
        token,
        `{ account { billing { invoices(first: 20) { nodes { status total { currency decimal }
          lines { nodes { description money { decimal } } } } } } } }`,
      )
    ).account.billing.invoices.nodes
  const linesOf = (invoices: Invoice[]) =>
    invoices.flatMap(({ total, lines }) =>
      lines.nodes
        .filter(({ description }) => description.includes('beyond'))
        .map(({ description, money }) => [total.currency, money.decimal, description]),
    )
  const setCap = async (buyer: Buyer, accountId: string, limit: object) =>
    (
      await ask<{ setSpendCap: { message?: string } }>(
        buyer.token,
        `mutation ($input: SetSpendCapInput!, $key: String!) { setSpendCap(input: $input, key: $key) {
          spendCap { __typename id } denial { __typename message } } }`,
        { input: { accountId, feature: 'calls', period: 'MONTH', limit }, key: randomUUID() },
      )
    ).setSpendCap.message
  const denialOf = async (accountId: string, amount: number) => {
    const { data } = await server.graphql<{
      check: { allowed: boolean; explain: string[]; denial: { code: string; message: string } | null }
    }>(
      `query ($accountId: ID!, $amount: SafeInt) { check(accountId: $accountId, feature: "calls", amount: $amount) {
        allowed explain denial { code message } } }`,
      { accountId, amount },
      operator,
    )
    return data.check
  }

  it('shows prices in a currency that the plan is sold in', async () => {
    const { plan } = await ask<{ plan: { eur: object[]; usd: object[]; gbp: object[]; jpy: object } }>(
      operator,
      `{ plan(code: "grow") {
        eur: features(currency: "EUR") { text overage { price { amount currency } minimum { decimal } } }
        usd: features { text }
        gbp: features(currency: "GBP") { text }
        jpy: overageThreshold(currency: "JPY") { currency decimal }
      } }`,
    )
    expect(plan.eur).toEqual([
      {
        text: '10 calls a billing period, then €0.90 per unit, at least €4.50',
        overage: { price: { amount: '0.90', currency: 'EUR' }, minimum: { decimal: '4.50' } },
      },
    ])
    expect(plan.usd).toEqual([{ text: '10 calls a billing period, then $1.00 per unit, at least $5.00' }])
    expect(plan.gbp).toEqual(plan.usd)
    expect(plan.jpy).toEqual({ currency: 'JPY', decimal: '15000' })
  })

  it('charges use, minimum and taxes on the invoice of the subscription', async () => {
    const [eur, jpy, idle] = [await subscriber('EUR'), await subscriber('JPY'), await subscriber('EUR')]
    expect((await denialOf(eur.accountId, 20)).explain.join(' ')).toContain('€9.00')
    await eur.use(20)
    await jpy.use(17)
    const { account } = await ask<{ account: { usage: object; billing: { openCharges: object[] } } }>(
      eur.buyer.token,
      `{ account { usage { currency entitlement(feature: "calls") { overage { cost { currency decimal } } } }
        billing { openCharges { cost { currency decimal } } } } }`,
    )
    expect(account.usage).toEqual({ currency: 'EUR', entitlement: { overage: { cost: euro('9.00') } } })
    expect(account.billing.openCharges).toEqual([{ cost: euro('9.00') }])
    await server.advanceTo('2026-04-05T10:00:00Z')
    await untilQuiet(server)
    await reportUsage(server.app.context)
    const charged = async (buyer: Buyer) =>
      linesOf(
        await eventually(
          () => invoicesOf(buyer),
          (found) => linesOf(found).length > 0 && found[0]!.status === 'PAID',
          20_000,
        ),
      )
    expect(await charged(eur.buyer)).toEqual([['EUR', '9.00', 'Calls beyond the allowance: 10 at €0.90 each']])
    expect(await charged(jpy.buyer)).toEqual([['JPY', '1050', 'Calls beyond the allowance: 7 at ¥150 each']])
    expect(await charged(idle.buyer)).toEqual([['EUR', '4.50', 'Calls beyond the allowance: €4.50 up to the minimum']])
    const [latest] = await invoicesOf(eur.buyer)
    // (9.00 + 18.00) * 1.2
    expect(latest!.total).toEqual({ currency: 'EUR', decimal: '32.40' })
    await untilCounted(server)
    expect((await cleanRun(server, operator)).drift).toEqual([])
  })

  it('invoices use at the threshold of the currency', async () => {
    const { buyer, accountId, use } = await subscriber('EUR')
    await use(109)
    const { account } = await ask<{ account: { billing: { overageThreshold: object } } }>(
      buyer.token,
      '{ account { billing { overageThreshold { currency decimal } } } }',
    )
    expect(account.billing.overageThreshold).toEqual(euro('90.00'))
    expect(linesOf(await invoicesOf(buyer))).toEqual([])
    await use(1)
    const found = await eventually(
      () => invoicesOf(buyer),
      (all) => linesOf(all).length === 1,
      20_000,
    )
    expect(linesOf(found)).toEqual([['EUR', '90.00', 'Calls beyond the allowance: 100 at €0.90 each']])
    const set = async (currency: string) =>
      (
        await ask<{ setChargingTerms: { message?: string } }>(
          operator,
          `mutation ($accountId: ID!, $threshold: MoneyInput) {
            setChargingTerms(input: { accountId: $accountId, overageThreshold: $threshold, reason: "agreed" }) {
              account { __typename id } denial { __typename message } } }`,
          { accountId, threshold: { amountMinor: 5_000, currency } },
        )
      ).setChargingTerms.message
    expect(await set('USD')).toBe('overageThreshold.currency must be EUR, the currency of the subscription.')
    expect(await set('EUR')).toBeUndefined()
  })

  it('names remedies with prices in it', async () => {
    const { buyer, accountId } = await subscriber('EUR')
    const remediesOf = async (feature: string, amount: number) => {
      const { check } = await ask<{
        check: {
          denial: {
            remedies: { label: string; input: { input?: { currency?: string } }; total: object | null }[]
          }
        }
      }>(
        operator,
        `query ($accountId: ID!, $feature: String!, $amount: SafeInt) { check(accountId: $accountId, feature: $feature, amount: $amount) {
          denial { remedies { label input total { currency decimal } } } } }`,
        { accountId, feature, amount },
      )
      return check.denial.remedies.map(({ label, input, total }) => [label, total, input.input?.currency])
    }
    expect(await remediesOf('storage', 2)).toEqual([
      ['Add More storage', euro('3.60'), undefined],
      ['Upgrade to Seats', euro('27.00'), undefined],
    ])
    expect(await remediesOf('exports', 2)).toEqual([['Buy Pack', euro('2.70'), 'EUR']])
    const { changePlan } = await ask<{ changePlan: { message?: string } }>(
      buyer.token,
      `mutation { changePlan(input: { plan: "seats", at: NOW }, key: "more") { subscription { __typename id } denial { __typename message } } }`,
    )
    expect(changePlan.message).toBeUndefined()
    await eventually(
      () => remediesOf('storage', 12),
      (remedies) => remedies.some(([label]) => label === 'Pay Seats for 3 seats'),
    )
    expect(await remediesOf('storage', 12)).toEqual([
      ['Add 2 × More storage', euro('7.20'), undefined],
      ['Pay Seats for 3 seats', euro('81.00'), undefined],
    ])
  })

  it('names unpaid use in the language of its reader', async () => {
    const { buyer, accountId, use } = await subscriber('EUR')
    await server.graphql(SetLanguage, { language: 'DE' }, buyer.token)
    const [row] = await server.query<{ customer_id: string }>(
      `select customer_id from billing_customer where account_id = $1`,
      [accountId],
    )
    await server.sandboxControl('POST', 'payments/fail-next', { customer: row!.customer_id, times: 1 })
    await use(110)
    const [mail] = await eventually(
      () =>
        server.query<{ subject: string; body: string }>(
          `select subject, body from mail_message where account_id = $1 and subject like '%Kontingent%'`,
          [accountId],
        ),
      (mails) => mails.length > 0,
      20_000,
    )
    expect(mail!.subject).toBe('Die Zahlung für Calls über das Kontingent hinaus ist fehlgeschlagen')
    expect(mail!.body).toMatch(/Fälliger Betrag: 108,00\s€/)
    expect(mail!.body).not.toContain('beyond')
  })

  it('has caps in its currency, and denies what a cap in another one cannot limit', async () => {
    const buyer = await Buyer.named(server, `${randomUUID()}@example.com`)
    const accountId = await accountIdOf(server, buyer.token)
    expect(await setCap(buyer, accountId, { money: { amountMinor: 500, currency: 'GBP' } })).toBe(
      'limit.money.currency must be USD or EUR or JPY, the currency in which plans charge use.',
    )
    expect(await setCap(buyer, accountId, { money: { amountMinor: 500, currency: 'USD' } })).toBeUndefined()
    await buyer.buy('startSubscription', { plan: 'grow', currency: 'EUR' })
    await service.consume({ accountId, feature: 'calls', amount: 10 })
    expect((await denialOf(accountId, 2)).denial).toEqual({
      code: 'SPEND_CAP_REACHED',
      message:
        'Your cap of $5.00 for Calls beyond the allowance per month is not in EUR, in which this use is charged: €4.50 for 2 units requested. Set the cap in EUR.',
    })
    expect(await setCap(buyer, accountId, { money: { amountMinor: 500, currency: 'USD' } })).toBe(
      'limit.money.currency must be EUR, the currency of the subscription.',
    )
    expect(await setCap(buyer, accountId, { money: { amountMinor: 500, currency: 'EUR' } })).toBeUndefined()
    expect((await denialOf(accountId, 5)).allowed).toBe(true)
    expect((await denialOf(accountId, 6)).denial?.message).toContain('Your cap of €5.00')
  })

  it('charges the use of a subscription that ended in its own currency', async () => {
    const { buyer, accountId, use } = await subscriber('USD')
    await use(30)
    await server.graphql(CancelSubscription, { accountId, at: 'NOW', key: randomUUID() }, buyer.token)
    await untilQuiet(server)
    await buyer.buy('startSubscription', { plan: 'grow', currency: 'EUR' })
    await use(20)
    await server.advanceTo(new Date(server.app.context.clock.now().getTime() + 33 * 86_400_000).toISOString())
    await untilQuiet(server)
    await reportUsage(server.app.context)
    const found = await eventually(
      () => invoicesOf(buyer),
      (all) => linesOf(all).length === 2,
      20_000,
    )
    expect(linesOf(found).toSorted(([left], [right]) => (left! < right! ? -1 : 1))).toEqual([
      // The second subscription begins in the same moment, so its window contains the earlier use.
      ['EUR', '18.00', 'Calls beyond the allowance: 20 at €0.90 each'],
      ['USD', '20.00', 'Calls beyond the allowance: 20 at $1.00 each'],
    ])
    await untilCounted(server)
    expect((await cleanRun(server, operator)).drift).toEqual([])
  })

  it('previews a migration to other prices of use in the currencies in which they differ', async () => {
    await subscriber('EUR')
    await subscriber('JPY')
    await catalog.change(server, (text) => text.replace('EUR: 0.90', 'EUR: 0.95'), { plan: 'grow', version: 2 })
    const { previewPlanMigration: preview } = await ask<{ previewPlanMigration: { featureChanges: object[] } }>(
      operator,
      `{ previewPlanMigration(plan: "grow") { featureChanges { feature { code }
        before { overage { price { amount currency } } } after { overage { price { amount currency } } } subscriptionCount } } }`,
    )
    expect(preview.featureChanges).toEqual([
      {
        feature: { code: 'calls' },
        before: { overage: { price: { amount: '0.90', currency: 'EUR' } } },
        after: { overage: { price: { amount: '0.95', currency: 'EUR' } } },
        subscriptionCount: expect.any(Number) as number,
      },
    ])
  })

  it('denies an add-on that is no longer sold in it, and offers to cancel', async () => {
    const { buyer } = await subscriber('EUR')
    await catalog.change(server, (text) => text.replaceAll(/ EUR: [\d.]+,/g, ''), { plan: 'seats', version: 2 })
    expect(await change(server, buyer, 'addAddon', { package: 'more' })).toMatchObject({
      code: 'INVALID_PRICE',
      message: 'More storage has no price in EUR that is billed monthly. It is sold monthly in USD, monthly in JPY.',
      remedies: [{ label: 'Cancel the subscription', mutation: 'cancelSubscription', input: { at: 'PERIOD_END' } }],
    })
    expect(await change(server, buyer, 'changePlan', { plan: 'seats' })).toMatchObject({
      code: 'INVALID_PRICE',
      remedies: [{ mutation: 'cancelSubscription' }],
    })
  })
})
