import { variablesOf } from '#test/support/mutations.js'
import { CancelSubscription, Reconcile } from '@stackgate/client/documents'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sweepChanges } from '#services/billing/subscriptions/changes/sweep-changes.js'
import { Buyer } from '#test/support/buyer.js'
import { entitlementService, type EntitlementService } from '#test/support/entitlements.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'
import { expectInvariants } from '#test/support/invariants.js'
import {
  accountOf,
  change,
  waitForInvoices,
  previewPlanChange,
  stripeObject,
  subscribe,
  type Purchase,
  type Subscriber,
} from '#test/support/subscribers.js'
import { createPromotion } from '#test/support/promotions.js'
import { ofType } from '#test/support/of-type.js'

/** Prices of one month; a year costs ten. The period of everybody here is February 2026: 28 days, half of them over on the 15th. */
const catalog = (policy: string) => `
business: unused
currency: USD
group: main
return_urls: client
trials: { once_per: [] }
${policy}
features:
  stories:    { name: Stories, kind: quota, unit: story, window: billing_period }
  storage_gb: { name: Storage, kind: limit, unit: GB }
plans:
  free:  { name: Free, rank: 0, features: { storage_gb: 1 } }
  small: { name: Small, rank: 1, prices: { month: 20.00, year: 200.00 }, features: { stories: 100 } }
  large: { name: Large, rank: 2, prices: { month: 100.00, year: 1000.00 }, trial_days: 30, features: { stories: 1000 } }
packages:
  more_storage: { name: More storage, type: addon, price: { USD: 5.00 }, grants: { storage_gb: 10 } }
  more_stories: { name: More stories, type: addon, price: { USD: 10.00 }, grants: { stories: 100 } }
`

const HALF = '2026-02-15T00:00:00Z'

async function openWith(policy: string): Promise<{ server: TestServer; close: () => Promise<void> }> {
  const path = join(mkdtempSync(join(tmpdir(), 'stackgate-unused-')), 'catalog.yaml')
  writeFileSync(path, catalog(policy))
  const server = await startTestServer({ start: '2026-02-01T00:00:00Z', env: { CATALOG: path } })
  return {
    server,
    close: async () => {
      await server.close()
      rmSync(dirname(path), { recursive: true })
    },
  }
}

const creditOf = async (server: TestServer, { customerId }: Pick<Subscriber, 'customerId'>): Promise<number> =>
  0 - (await stripeObject<{ balance: number }>(server, `customers/${customerId}`)).balance
const creditWhen = (server: TestServer, who: Pick<Subscriber, 'customerId'>, amount: number) =>
  eventually(
    () => creditOf(server, who),
    (seen) => seen === amount,
    20_000,
  )

const chargedTo = async (server: TestServer, { customerId }: Pick<Subscriber, 'customerId'>): Promise<number[]> =>
  (await stripeObject<{ data: { amount: number }[] }>(server, `charges?customer=${customerId}`)).data.map(
    ({ amount }) => amount,
  )

const PREVIEW = `query ($accountId: ID, $at: ChangeTime) {
  previewCancellation(accountId: $accountId, at: $at) {
    __typename
    effectiveAt
    credit { decimal }
    lines { description money { decimal } }
    unusedTime
    asRefund
    denial { code }
  }
}`
const previewEnd = async (server: TestServer, { token }: { token: string }, at = 'NOW') =>
  (await server.graphql<{ previewCancellation: Record<string, unknown> }>(PREVIEW, { at }, token)).data
    .previewCancellation

let serial = 0
/** Ends immediately and returns the credit of the result. */
async function endNow(server: TestServer, { token }: { token: string }): Promise<string | null> {
  const { data, errors } = await server.graphql(CancelSubscription, { at: 'NOW', key: `end-${++serial}` }, token)
  if (errors) throw new Error(JSON.stringify(errors))
  expect(ofType(data.cancelSubscription, 'BillingSubscription').status).toBe('CANCELED')
  return ofType(data.cancelSubscription, 'BillingSubscription').unusedTimeCredit?.decimal ?? null
}

async function changeNow(server: TestServer, { token }: { token: string }, input: object): Promise<string | null> {
  const { data, errors } = await server.graphql<{
    changePlan: { __typename: string; message?: string; credit?: { decimal: string } | null }
  }>(
    `mutation ($input: ChangePlanInput!, $key: String!) { changePlan(input: $input, key: $key) { __typename effectiveAt credit { decimal } denial { __typename message } } }`,
    variablesOf('changePlan', { at: 'NOW', key: `change-now-${++serial}`, ...input }),
    token,
  )
  if (errors) throw new Error(JSON.stringify(errors))
  expect(data.changePlan.message).toBeUndefined()
  return data.changePlan.credit?.decimal ?? null
}

describe('Unused time with the policy credit', () => {
  let server: TestServer
  let close: () => Promise<void>
  let service: EntitlementService
  let operator: string
  const people: Record<string, Subscriber> = {}
  const use = async (who: Subscriber, amount: number) =>
    expect(await service.consume({ accountId: who.accountId, feature: 'stories', amount })).toMatchObject({ amount })
  const refund = async (who: Subscriber, amountMinor: number, purchaseId?: string) => {
    const [row] = await server.query<{ id: string }>(
      `select id from purchase where account_id = $1 order by purchased_at`,
      [who.accountId],
    )
    const { data, errors } = await server.graphql<{ refundPurchase: { __typename: string; message?: string } }>(
      `mutation ($amount: MoneyInput, $id: ID!, $key: String!, $reason: String!) { refundPurchase(amount: $amount, id: $id, key: $key, reason: $reason) { denial { __typename message } } }`,
      {
        id: purchaseId ?? row!.id,
        amount: { amountMinor, currency: 'USD' },
        reason: 'test',
        key: `refund-${++serial}`,
      },
      operator,
    )
    if (errors) throw new Error(JSON.stringify(errors))
    return data.refundPurchase
  }

  beforeAll(async () => {
    ;({ server, close } = await openWith('billing: { unused_time: credit }'))
    service = await entitlementService(server)
    operator = await server.token('ops@example.com', { roles: ['admin'] })
    const large: Purchase = { plan: 'large', trialDays: 0 }
    const wanted: Record<string, Purchase> = {
      idle: large,
      busy: large,
      down: large,
      refunded: large,
      addon: large,
      climber: { plan: 'small' },
      yearly: { ...large, interval: { unit: 'YEAR', count: 1 } },
      trial: { plan: 'large', trialDays: 30 },
      declined: { ...large, interval: { unit: 'YEAR', count: 1 } },
      cut: large,
      again: large,
      refundedUp: { plan: 'small' },
      part: large,
      partBusy: { plan: 'small' },
      refundedAddon: large,
      planned: large,
      coded: { plan: 'small' },
    }
    for (const [name, purchase] of Object.entries(wanted))
      people[name] = await subscribe(server, `${name}@example.com`, purchase)
    await change(server, people['addon']!, 'addAddon', { package: 'more_storage' })
    await change(server, people['part']!, 'addAddon', { package: 'more_storage', quantity: 3 })
    await change(server, people['planned']!, 'addAddon', { package: 'more_storage', quantity: 3 })
    await change(server, people['partBusy']!, 'addAddon', { package: 'more_stories', quantity: 2 })
    await change(server, people['refundedAddon']!, 'addAddon', { package: 'more_storage' })
    await change(server, people['refundedAddon']!, 'addAddon', { package: 'more_storage', quantity: 2 })
    people['paypal'] = { token: await server.token('paypal@example.com') } as Subscriber
    await new Buyer(server, people['paypal'].token, 'paypal@example.com').buy('startSubscription', {
      ...large,
      provider: 'PAYPAL',
    })
    await server.advanceTo(HALF)
  })
  afterAll(async () => {
    await expectInvariants(server)
    await close()
  })

  it('credits half of the price when half of the period is over and nothing was used, as the preview says', async () => {
    const who = people['idle']!
    expect(await previewEnd(server, who)).toEqual({
      __typename: 'CancellationPreview',
      effectiveAt: '2026-02-15T00:00:00.000Z',
      credit: { decimal: '50.00' },
      lines: [{ description: 'Unused time on Large', money: { decimal: '-50.00' } }],
      unusedTime: 'CREDIT',
      asRefund: false,
      denial: null,
    })
    expect(await previewEnd(server, who, 'PERIOD_END')).toMatchObject({
      effectiveAt: '2026-03-01T00:00:00.000Z',
      credit: { decimal: '0.00' },
      lines: [],
    })
    expect(await endNow(server, who)).toBe('50.00')
    expect(await creditWhen(server, who, 5000)).toBe(5000)
    expect((await refund(who, 5001)).message).toContain('50.00')
    expect((await refund(who, 5000)).__typename).toBe('Purchase')
  })

  it('credits at most the unused share of the allowance', async () => {
    const who = people['busy']!
    await use(who, 800)
    expect(await previewEnd(server, who)).toMatchObject({ credit: { decimal: '20.00' } })
    expect(await endNow(server, who)).toBe('20.00')
    expect(await creditWhen(server, who, 2000)).toBe(2000)
  })

  it('credits nothing for an upgrade whose allowance was used before the downgrade', async () => {
    const who = people['climber']!
    await change(server, who, 'changePlan', { plan: 'large' })
    // Half of the period is paid at the price of Large: 100 + 900 × 14 ÷ 28.
    await use(who, 550)
    expect(await previewPlanChange(server, who, { plan: 'small', at: 'NOW' })).toMatchObject({
      dueNow: { decimal: '0.00' },
      credit: { decimal: '0.00' },
    })
    expect(await changeNow(server, who, { plan: 'small' })).toBeNull()
    expect(await endNow(server, who)).toBeNull()
    expect(await creditOf(server, who)).toBe(0)
  })

  it('credits of an upgrade at a discount what was paid for it', async () => {
    const who = people['coded']!
    await createPromotion(server, 'TENTH', { percent_off: '10', duration: 'forever' })
    await change(server, who, 'changePlan', { plan: 'large', promotionCode: 'TENTH' })
    // The rest of Small is worth 10 dollars, and the rest of Large costs 45 with the code.
    const credit = { credit: { decimal: '35.00' } }
    expect(await previewPlanChange(server, who, { plan: 'small', at: 'NOW' })).toMatchObject(credit)
    expect(await changeNow(server, who, { plan: 'small' })).toBe('35.00')
    expect(await creditWhen(server, who, 3500)).toBe(3500)
  })

  it('credits a downgrade by the difference of the prices, and a cancellation after it by the lower price', async () => {
    const who = people['down']!
    expect(await previewPlanChange(server, who, { plan: 'small', at: 'NOW' })).toMatchObject({
      dueNow: { decimal: '0.00' },
      credit: { decimal: '40.00' },
      unusedTime: 'CREDIT',
      lines: [{ description: 'Unused time on Large', money: { decimal: '-40.00' } }],
    })
    expect(await changeNow(server, who, { plan: 'small' })).toBe('40.00')
    expect(await creditWhen(server, who, 4000)).toBe(4000)
    expect(await endNow(server, who)).toBe('10.00')
    expect(await creditWhen(server, who, 5000)).toBe(5000)
  })

  it('starts a new period with a higher price after a lower one, so that nothing is credited twice', async () => {
    const who = people['again']!
    expect(await changeNow(server, who, { plan: 'small' })).toBe('40.00')
    // 100.00 for a new month, less 40.00 from before and 10.00 for the rest of Small.
    expect(await previewPlanChange(server, who, { plan: 'large', at: 'NOW' })).toMatchObject({
      dueNow: { decimal: '50.00' },
      credit: { decimal: '10.00' },
    })
    expect(await changeNow(server, who, { plan: 'large' })).toBe('10.00')
    expect(await creditWhen(server, who, 0)).toBe(0)
    const charges = await stripeObject<{ data: { amount: number }[] }>(server, `charges?customer=${who.customerId}`)
    expect(charges.data.map(({ amount }) => amount)).toEqual([5000, 10_000])
    expect(await endNow(server, who)).toBe('100.00')
    expect(await creditWhen(server, who, 10_000)).toBe(10_000)
  })

  it('charges an upgrade again after its payment was refunded', async () => {
    const who = people['refundedUp']!
    await change(server, who, 'changePlan', { plan: 'large' })
    const [, added] = await eventually(
      () =>
        server.query<{ id: string; reverted: boolean }>(
          `select id, reverted from purchase where account_id = $1 order by purchased_at`,
          [who.accountId],
        ),
      (rows) => rows.length === 2,
      20_000,
    )
    await refund(who, 4000, added!.id)
    await eventually(
      async () => (await accountOf(server, who)).subscription?.plan.code,
      (plan) => plan === 'small',
      20_000,
    )
    expect(await previewPlanChange(server, who, { plan: 'large' })).toMatchObject({
      dueNow: { decimal: '90.00' },
      credit: { decimal: '10.00' },
    })
  })

  it('credits at most the amount paid and not refunded', async () => {
    const who = people['refunded']!
    await refund(who, 7000)
    expect(await previewEnd(server, who)).toMatchObject({
      credit: { decimal: '30.00' },
      lines: [{ money: { decimal: '-30.00' } }],
    })
    expect(await endNow(server, who)).toBe('30.00')
    expect(await creditWhen(server, who, 3000)).toBe(3000)
  })

  it('applies the same rules to a removed add-on', async () => {
    const who = people['addon']!
    await change(server, who, 'removeAddon', { package: 'more_storage' })
    expect(await creditWhen(server, who, 250)).toBe(250)
    expect(await endNow(server, who)).toBe('50.00')
    expect(await creditWhen(server, who, 5250)).toBe(5250)
  })

  it("applies the same rules to a part of an add-on's quantity", async () => {
    const busy = people['partBusy']!
    await use(busy, 240)
    await change(server, busy, 'removeAddon', { package: 'more_stories' })
    // 60 of 300 stories are left, so that a fifth of 10.00 is credited although half of the time is left.
    expect(await creditWhen(server, busy, 200)).toBe(200)
    const who = people['part']!
    await change(server, who, 'removeAddon', { package: 'more_storage', quantity: 2 })
    expect(await creditWhen(server, who, 500)).toBe(500)
    expect(await waitForInvoices(server, who)).toEqual([1500, 10_000])
  })

  it('starts a new period for an increase of an add-on after a decrease, so that it is charged', async () => {
    const who = people['part']!
    expect((await change(server, who, 'addAddon', { package: 'more_storage', quantity: 2 })).code).toBeUndefined()
    // 115.00 for a new month, less 5.00 from before, 50.00 for the rest of Large and 2.50 for the rest of one add-on.
    expect(await creditWhen(server, who, 0)).toBe(0)
    expect(await chargedTo(server, who)).toEqual([5750, 1500, 10_000])
    expect((await change(server, who, 'addAddon', { package: 'more_storage' })).code).toBeUndefined()
    expect(await chargedTo(server, who)).toEqual([500, 5750, 1500, 10_000])
  })

  it('moves a scheduled change to the end of the new period that an add-on increase starts', async () => {
    const who = people['planned']!
    await change(server, who, 'changePlan', { plan: 'small', at: 'PERIOD_END' })
    await change(server, who, 'removeAddon', { package: 'more_storage', quantity: 2 })
    await change(server, who, 'addAddon', { package: 'more_storage' })
    expect(await creditWhen(server, who, 0)).toBe(0)
    // 110.00 for a new month, less 5.00 from before, 50.00 for the rest of Large and 2.50 for the rest of one add-on.
    expect(await chargedTo(server, who)).toEqual([5250, 1500, 10_000])
    const { subscription } = await eventually(
      () => accountOf(server, who),
      (seen) => seen.subscription?.scheduledChange?.effectiveAt === '2026-03-15T00:00:00.000Z',
      20_000,
    )
    expect(subscription?.scheduledChange).toMatchObject({ plan: { code: 'small' } })
    expect(subscription?.currentPeriodEnd).toBe('2026-03-15T00:00:00.000Z')
  })

  it('charges an add-on again after the payment for a part of its quantity was refunded', async () => {
    const who = people['refundedAddon']!
    const purchases = await eventually(
      () =>
        server.query<{ id: string; paid: number }>(
          `select id, amount_minor::int as paid from purchase where account_id = $1 order by purchased_at, id`,
          [who.accountId],
        ),
      (rows) => rows.length === 3,
      20_000,
    )
    await refund(who, 1000, purchases.find(({ paid }) => paid === 1000)!.id)
    await eventually(
      async () => (await accountOf(server, who)).subscription?.items.map(({ quantity }) => quantity),
      (quantities) => quantities?.every((quantity) => quantity === 1) === true,
      20_000,
    )
    expect((await change(server, who, 'addAddon', { package: 'more_storage', quantity: 2 })).code).toBeUndefined()
    // 115.00 for a new month, less 50.00 for the rest of Large and 2.50 for the rest of one add-on.
    expect(await chargedTo(server, who)).toEqual([6250, 1000, 500, 10_000])
  })

  it('pays the first month from the credit on an immediate change from yearly to monthly', async () => {
    const who = people['yearly']!
    // 351 of 365 days of 1,000.00 are left: 961.64, of which the month takes 100.00.
    expect(
      await previewPlanChange(server, who, { plan: 'large', interval: { unit: 'MONTH', count: 1 }, at: 'NOW' }),
    ).toMatchObject({
      dueNow: { decimal: '0.00' },
      credit: { decimal: '961.64' },
    })
    expect(await changeNow(server, who, { plan: 'large', interval: { unit: 'MONTH', count: 1 } })).toBe('961.64')
    expect(await creditWhen(server, who, 86_164)).toBe(86_164)
    const rows = await eventually(
      () =>
        server.query<{ paid: number; by_credit: number; credited: number }>(
          `select amount_minor::int as paid, credit_minor::int as by_credit, credited_minor::int as credited from purchase
           where account_id = $1 order by purchased_at`,
          [who.accountId],
        ),
      (seen) => seen.length === 2,
      20_000,
    )
    expect(rows).toEqual([
      { paid: 100_000, by_credit: 0, credited: 96_164 },
      { paid: 0, by_credit: 10_000, credited: 0 },
    ])
  })

  it('revokes the credit if the charge of the new period is declined', async () => {
    const who = people['declined']!
    // 41.66 of the money are left, so that 58.34 of the month are charged.
    await refund(who, 95_834)
    const wanted = { plan: 'large', interval: { unit: 'MONTH', count: 1 }, at: 'NOW' }
    expect(await previewPlanChange(server, who, wanted)).toMatchObject({
      dueNow: { decimal: '58.34' },
      credit: { decimal: '41.66' },
    })
    await server.sandboxControl('POST', 'payments/fail-next', { customer: who.customerId })
    expect(await change(server, who, 'changePlan', wanted)).toMatchObject({ code: 'PAYMENT_FAILED' })
    expect(await creditWhen(server, who, 0)).toBe(0)
    const [row] = await eventually(
      () =>
        server.query<{ credited: number }>(
          `select credited_minor::int as credited from purchase where account_id = $1`,
          [who.accountId],
        ),
      ([seen]) => seen?.credited === 0,
      20_000,
    )
    expect(row).toEqual({ credited: 0 })
    expect(await changeNow(server, who, { plan: 'large', interval: { unit: 'MONTH', count: 1 } })).toBe('41.66')
    expect(await creditWhen(server, who, 0)).toBe(0)
  })

  it("credits a cancellation once if the provider's response was lost", async () => {
    const who = people['cut']!
    await server.sandboxControl('POST', 'faults', {
      match: { method: 'DELETE', path: `/v1/subscriptions/${who.externalId}` },
      action: 'drop_after',
      times: 3,
    })
    const input = { at: 'NOW', idempotencyKey: 'cut' }
    expect(await change(server, who, 'cancelSubscription', input)).toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
    await server.sandboxControl('DELETE', 'faults')
    expect(await change(server, who, 'cancelSubscription', input)).toMatchObject({ status: 'CANCELED' })
    await sweepChanges(server.app.context, 0)
    expect(await creditWhen(server, who, 5000)).toBe(5000)
  })

  it('credits nothing for a trial', async () => {
    const who = people['trial']!
    expect(await previewEnd(server, who)).toMatchObject({ credit: { decimal: '0.00' } })
    expect(await endNow(server, who)).toBeNull()
    expect(await creditOf(server, who)).toBe(0)
  })

  it('refunds the credit at PayPal, which has no balance', async () => {
    const who = people['paypal']!
    expect(await previewEnd(server, who)).toMatchObject({ credit: { decimal: '50.00' }, asRefund: true })
    expect(await endNow(server, who)).toBe('50.00')
    const records = await new Buyer(server, who.token, 'paypal@example.com').buyerWhen(
      ({ purchases }) => purchases.nodes[0]?.refunded?.amountMinor === 5000,
    )
    expect(records.purchases.nodes[0]).toMatchObject({ status: 'PARTIALLY_REFUNDED', refunded: { amountMinor: 5000 } })
  })

  it('leaves no differences for reconciliation', async () => {
    for (const provider of ['STRIPE', 'PAYPAL'] as const) {
      const { data, errors } = await server.graphql(
        Reconcile,
        { input: { provider }, key: `end-${provider}` },
        operator,
      )
      expect(errors).toBeUndefined()
      expect(ofType(data.reconcile, 'ReconciliationRun').drift.nodes).toEqual([])
    }
  })
})

describe('Unused time with the policy none', () => {
  let server: TestServer
  let close: () => Promise<void>
  const people: Record<string, Subscriber> = {}
  beforeAll(async () => {
    ;({ server, close } = await openWith('billing: { unused_time: none }'))
    for (const name of ['none', 'again'])
      people[name] = await subscribe(server, `${name}@example.com`, { plan: 'large', trialDays: 0 })
    people['up'] = await subscribe(server, 'up@example.com', { plan: 'small' })
    await server.advanceTo(HALF)
  })
  afterAll(() => close())

  it('credits nothing for an immediate downgrade or cancellation', async () => {
    const who = people['none']!
    expect(await previewPlanChange(server, who, { plan: 'small', at: 'NOW' })).toMatchObject({
      dueNow: { decimal: '0.00' },
      credit: { decimal: '0.00' },
      unusedTime: 'NONE',
    })
    expect(await changeNow(server, who, { plan: 'small' })).toBeNull()
    expect(await previewEnd(server, who)).toMatchObject({ credit: { decimal: '0.00' }, unusedTime: 'NONE' })
    expect(await endNow(server, who)).toBeNull()
    expect(await creditOf(server, who)).toBe(0)
    const { data } = await stripeObject<{ data: { total: number }[] }>(server, `invoices?customer=${who.customerId}`)
    expect(data.map(({ total }) => total)).toEqual([10_000])
  })

  it('counts the rest of the lower price towards an upgrade, with and without an earlier downgrade', async () => {
    // The rest of Small is worth 10.00 in both cases: the rest of Large costs 50.00, a new month of it 100.00.
    expect(await previewPlanChange(server, people['up']!, { plan: 'large', at: 'NOW' })).toMatchObject({
      dueNow: { decimal: '40.00' },
      credit: { decimal: '0.00' },
    })
    const who = people['again']!
    expect(await changeNow(server, who, { plan: 'small' })).toBeNull()
    expect(await previewPlanChange(server, who, { plan: 'large', at: 'NOW' })).toMatchObject({
      dueNow: { decimal: '90.00' },
      credit: { decimal: '10.00' },
    })
    expect(await changeNow(server, who, { plan: 'large' })).toBe('10.00')
    expect(await creditWhen(server, who, 0)).toBe(0)
    expect(await chargedTo(server, who)).toEqual([9000, 10_000])
  })
})
