import { CurrentSubscription } from '@stackgate/client/documents'
import { randomUUID } from 'node:crypto'
import { Buyer } from '#test/support/buyer.js'
import { expectInvariants } from '#test/support/invariants.js'
import { createPromotion, discountsOf } from '#test/support/promotions.js'
import { reconcile } from '#test/support/reconciliation-runs.js'
import { postBilling } from '#test/support/rest-billing.js'
import {
  change,
  previewPlanChange,
  stripeCall,
  stripeObject,
  subscribe,
  waitForInvoices,
  type Subscriber,
} from '#test/support/subscribers.js'
import { untilQuiet } from '#test/support/money-runs.js'
import { eventually, startTestServer, type TestServer } from '#test/support/test-server.js'

// Basic, Plus and Individual cost 10, 20 and 40 dollars a month. A subscription begins on 15 January 2026, 10:00; half of its period is over
// on 30 January, 22:00.
describe('A promotion code at a plan change', () => {
  let server: TestServer
  let operator: string
  beforeEach(async () => {
    server = await startTestServer()
    operator = await server.token('ops@example.com', { roles: ['admin'] })
  })
  afterEach(async () => {
    await expectInvariants(server)
    await server.close()
  })

  const halfway = async (name: string): Promise<Subscriber> => {
    const who = await subscribe(server, `${name}@example.com`, { plan: 'plus' })
    await server.advanceTo('2026-01-30T22:00:00Z')
    return who
  }
  const toIndividual = (who: Subscriber, promotionCode: string, more: Record<string, unknown> = {}) =>
    change(server, who, 'changePlan', { plan: 'individual', promotionCode, ...more })
  const charged = async (who: Subscriber) => (await waitForInvoices(server, who)).filter((total) => total !== 0)
  const redemptions = async (coupon: string) =>
    (await stripeObject<{ times_redeemed: number }>(server, `coupons/${coupon}`)).times_redeemed
  const scheduledCode = async ({ token }: Subscriber) => {
    const { data } = await server.graphql(CurrentSubscription, {}, token)
    return data.account!.billing!.subscription!.scheduledChange?.promotionCode ?? null
  }
  /** Waits until the scheduled change was written to the provider again. */
  const rewritten = ({ externalId }: Subscriber) =>
    eventually(
      () =>
        server.query(
          `select c.id from subscription_change c
             join billing_subscription s on s.id = c.subscription_id and s.account_id = c.account_id
           where s.external_id = $1 and c.status = 'SCHEDULED' and c.attempt > 0 and c.pushed_to_provider`,
          [externalId],
        ),
      ({ length }) => length === 1,
    )
  const drift = async () => {
    await untilQuiet(server)
    return (await reconcile(server, operator)).drift
  }

  it('is previewed, redeemed once for each key, and reduces this and later invoices', async () => {
    const coupon = await createPromotion(server, 'QUARTER', { percent_off: '25', duration: 'forever' })
    const who = await halfway('ann')
    const input = { plan: 'individual', promotionCode: 'QUARTER' }
    // The rest of Plus is worth 10 dollars, and the rest of Individual costs 15 with the code.
    expect(await previewPlanChange(server, who, input)).toMatchObject({
      dueNow: { decimal: '5.00' },
      nextAmount: { decimal: '30.00' },
    })
    expect(await redemptions(coupon)).toBe(0)
    expect(await discountsOf(server, who)).toEqual([])
    const idempotencyKey = randomUUID()
    expect(await toIndividual(who, 'QUARTER', { idempotencyKey })).toMatchObject({
      subscription: { plan: { code: 'individual' } },
    })
    expect(await charged(who)).toEqual([500, 2000])
    expect(await discountsOf(server, who)).toMatchObject([{ code: 'QUARTER', percentOff: 25, duration: 'FOREVER' }])
    // A repetition finds the result, although the code is no longer active.
    const [promotion] = (await stripeObject<{ data: { id: string }[] }>(server, 'promotion_codes?code=QUARTER')).data
    await stripeCall(server, 'POST', `promotion_codes/${promotion!.id}`, { active: 'false' })
    expect(await toIndividual(who, 'QUARTER', { idempotencyKey })).toMatchObject({ __typename: 'PlanChangePayload' })
    expect(await redemptions(coupon)).toBe(1)
    await server.advanceTo('2026-02-15T12:00:00Z')
    expect(await charged(who)).toEqual([3000, 500, 2000])
    expect(await drift()).toEqual([])
  })

  it('reduces one invoice if its coupon is for one', async () => {
    await createPromotion(server, 'TEN', { amount_off: '1000', currency: 'usd', duration: 'once' })
    const who = await halfway('ben')
    expect(await previewPlanChange(server, who, { plan: 'individual', promotionCode: 'TEN' })).toMatchObject({
      dueNow: { decimal: '5.00' },
      nextAmount: { decimal: '40.00' },
    })
    await toIndividual(who, 'TEN')
    expect(await charged(who)).toEqual([500, 2000])
    expect(await discountsOf(server, who)).toEqual([])
    await server.advanceTo('2026-02-15T12:00:00Z')
    expect(await charged(who)).toEqual([4000, 500, 2000])
    expect(await drift()).toEqual([])
  })

  it('reduces the new period of another interval', async () => {
    await createPromotion(server, 'YEARLY', { percent_off: '25', duration: 'once' })
    const who = await halfway('cid')
    const input = { plan: 'plus', interval: { unit: 'YEAR', count: 1 }, promotionCode: 'YEARLY' }
    expect(await previewPlanChange(server, who, input)).toMatchObject({ dueNow: { decimal: '140.00' } })
    await change(server, who, 'changePlan', input)
    expect(await charged(who)).toEqual([14_000, 2000])
    expect(await discountsOf(server, who)).toEqual([])
    expect(await drift()).toEqual([])
  })

  it('is not used up by a payment that failed', async () => {
    const coupon = await createPromotion(
      server,
      'SINGLE',
      { percent_off: '25', duration: 'forever' },
      { max_redemptions: '1' },
    )
    const who = await halfway('dee')
    await server.sandboxControl('POST', 'payments/fail-next', { customer: who.customerId })
    expect(await toIndividual(who, 'SINGLE')).toMatchObject({ code: 'PAYMENT_FAILED' })
    expect(await discountsOf(server, who)).toEqual([])
    expect(await redemptions(coupon)).toBe(0)
    expect(await toIndividual(who, 'SINGLE')).toMatchObject({ __typename: 'PlanChangePayload' })
    expect(await discountsOf(server, who)).toMatchObject([{ code: 'SINGLE' }])
    expect(await redemptions(coupon)).toBe(1)
    expect(await drift()).toEqual([])
  })

  it('is denied as at the checkout, with the same words in the preview', async () => {
    await createPromotion(server, 'EURO', { amount_off: '500', currency: 'eur', duration: 'once' })
    await createPromotion(
      server,
      'LARGE',
      { percent_off: '10', duration: 'once' },
      { 'restrictions[minimum_amount]': '5000', 'restrictions[minimum_amount_currency]': 'usd' },
    )
    await createPromotion(
      server,
      'FIRST',
      { percent_off: '10', duration: 'once' },
      { 'restrictions[first_time_transaction]': 'true' },
    )
    await createPromotion(server, 'SPRING', { percent_off: '10', duration: 'forever' })
    await createPromotion(server, 'SUMMER', { percent_off: '10', duration: 'forever' })
    const who = await halfway('eve')
    const denied = async (promotionCode: string, message: string, more: Record<string, unknown> = {}) => {
      const input = { plan: 'individual', promotionCode, ...more }
      expect(await previewPlanChange(server, who, input)).toMatchObject({ code: 'INVALID_PRICE' })
      expect(await change(server, who, 'changePlan', input)).toMatchObject({
        code: 'INVALID_PRICE',
        issues: [{ path: ['promotionCode'] }],
        message,
      })
    }
    await denied('NONE', "Promotion code 'NONE' not found.")
    // The same text for a checkout and for a change.
    const used = await createPromotion(server, 'ONCE', { percent_off: '10', duration: 'once', max_redemptions: '1' })
    await subscribe(server, 'first@example.com', { plan: 'basic', promotionCode: 'ONCE' })
    expect(await redemptions(used)).toBe(1)
    await createPromotion(server, 'OLD', { percent_off: '10', duration: 'once' }, { expires_at: '1769860000' })
    await server.advanceTo('2026-02-01T00:00:00Z')
    for (const [code, reason] of [
      ['ONCE', 'has been used up'],
      ['OLD', 'has expired'],
    ] as const) {
      const message = `Promotion code '${code}' ${reason}.`
      await denied(code, message)
      const late = await Buyer.named(server, `${code}@example.com`.toLowerCase())
      expect(await late.start('startSubscription', { plan: 'plus', promotionCode: code })).toMatchObject({ message })
    }
    await denied('EURO', "Promotion code 'EURO' is valid only for orders in EUR, not USD.")
    await denied('LARGE', "Promotion code 'LARGE' requires an order of at least $50.00.")
    await denied('FIRST', "Promotion code 'FIRST' cannot be used for this change.")
    expect(await charged(who)).toEqual([2000])
    await toIndividual(who, 'SPRING')
    await denied('SUMMER', "The subscription has promotion code 'SPRING'. It can have one code at a time.", {
      plan: 'plus',
      at: 'NOW',
    })
    expect(await discountsOf(server, who)).toMatchObject([{ code: 'SPRING' }])
  })

  it('is redeemed at the end of the period, once, by a change that waits for it', async () => {
    const coupon = await createPromotion(server, 'LATER', { percent_off: '25', duration: 'forever' })
    const who = await halfway('gil')
    const input = { plan: 'basic', promotionCode: 'LATER' }
    expect(await previewPlanChange(server, who, input)).toMatchObject({
      dueNow: { decimal: '0.00' },
      nextAmount: { decimal: '7.50' },
    })
    const idempotencyKey = randomUUID()
    expect(await change(server, who, 'changePlan', { ...input, idempotencyKey })).toMatchObject({
      __typename: 'PlanChangePayload',
    })
    expect(await change(server, who, 'changePlan', { ...input, idempotencyKey })).toMatchObject({
      __typename: 'PlanChangePayload',
    })
    expect(await scheduledCode(who)).toBe('LATER')
    expect(await discountsOf(server, who)).toEqual([])
    expect(await redemptions(coupon)).toBe(0)
    expect(await drift()).toEqual([])
    await server.advanceTo('2026-02-15T12:00:00Z')
    expect(await charged(who)).toEqual([750, 2000])
    expect(await discountsOf(server, who)).toMatchObject([{ code: 'LATER', percentOff: 25, duration: 'FOREVER' }])
    expect(await redemptions(coupon)).toBe(1)
    expect(await drift()).toEqual([])
    await server.advanceTo('2026-03-15T12:00:00Z')
    expect(await charged(who)).toEqual([750, 750, 2000])
    expect(await redemptions(coupon)).toBe(1)
    expect(await drift()).toEqual([])
  })

  it('reduces the first invoice of another interval at the end of the period', async () => {
    await createPromotion(server, 'ONCE', { percent_off: '25', duration: 'once' })
    const who = await subscribe(server, 'hal@example.com', { plan: 'plus', interval: { unit: 'YEAR', count: 1 } })
    await server.advanceTo('2026-06-15T12:00:00Z')
    const input = { plan: 'plus', interval: { unit: 'MONTH', count: 1 }, at: 'PERIOD_END', promotionCode: 'ONCE' }
    expect(await previewPlanChange(server, who, input)).toMatchObject({
      dueNow: { decimal: '0.00' },
      nextAmount: { decimal: '15.00' },
    })
    await change(server, who, 'changePlan', input)
    await server.advanceTo('2027-01-15T12:00:00Z')
    expect((await charged(who))[0]).toBe(1500)
    expect(await discountsOf(server, who)).toEqual([])
    await server.advanceTo('2027-02-15T12:00:00Z')
    expect((await charged(who)).slice(0, 2)).toEqual([2000, 1500])
    expect(await drift()).toEqual([])
  })

  it('is free again if the change is canceled or replaced before the end of the period', async () => {
    const coupon = await createPromotion(
      server,
      'SINGLE',
      { percent_off: '25', duration: 'forever' },
      { max_redemptions: '1' },
    )
    await createPromotion(server, 'OTHER', { percent_off: '50', duration: 'once' })
    const who = await halfway('ian')
    await change(server, who, 'changePlan', { plan: 'basic', promotionCode: 'SINGLE' })
    expect(await change(server, who, 'changePlan', { plan: 'plus', promotionCode: 'OTHER' })).toMatchObject({
      code: 'INVALID_PRICE',
      issues: [{ path: ['promotionCode'] }],
      message: "Promotion code 'OTHER' cannot be redeemed by canceling a scheduled change. Leave it out.",
    })
    await change(server, who, 'changePlan', { plan: 'plus' })
    expect(await scheduledCode(who)).toBeNull()
    await change(server, who, 'changePlan', { plan: 'basic', promotionCode: 'OTHER' })
    await change(server, who, 'changePlan', { plan: 'basic', promotionCode: 'SINGLE' })
    expect(await scheduledCode(who)).toBe('SINGLE')
    await server.advanceTo('2026-02-15T12:00:00Z')
    expect((await charged(who))[0]).toBe(750)
    expect(await redemptions(coupon)).toBe(1)
    expect(await drift()).toEqual([])
  })

  it('is kept if a discount that an operator gives changes the schedule', async () => {
    await createPromotion(server, 'LATER', { percent_off: '25', duration: 'forever' })
    const who = await halfway('joe')
    await change(server, who, 'changePlan', { plan: 'basic', promotionCode: 'LATER' })
    const applied = await createPromotion(server, 'GIFT', { amount_off: '100', currency: 'usd', duration: 'forever' })
    // An operator gives a discount at Stripe, which the schedule would remove.
    await stripeCall(server, 'POST', `subscriptions/${who.externalId}`, { 'discounts[0][coupon]': applied })
    await rewritten(who)
    expect(await scheduledCode(who)).toBe('LATER')
    await server.advanceTo('2026-02-15T12:00:00Z')
    // 10 dollars, minus one, minus a quarter of the rest.
    expect((await charged(who))[0]).toBe(675)
    expect((await discountsOf(server, who)).map(({ code }) => code)).toEqual([null, 'LATER'])
    expect(await drift()).toEqual([])
  })

  it('is dropped if it is no longer valid when the change is written again, and the change remains', async () => {
    const coupon = await createPromotion(server, 'LATER', { percent_off: '25', duration: 'forever' })
    const who = await halfway('kim')
    await change(server, who, 'changePlan', { plan: 'basic', promotionCode: 'LATER' })
    const [promotion] = (await stripeObject<{ data: { id: string }[] }>(server, 'promotion_codes?code=LATER')).data
    await stripeCall(server, 'POST', `promotion_codes/${promotion!.id}`, { active: 'false' })
    const applied = await createPromotion(server, 'GIFT', { amount_off: '100', currency: 'usd', duration: 'forever' })
    await stripeCall(server, 'POST', `subscriptions/${who.externalId}`, { 'discounts[0][coupon]': applied })
    await rewritten(who)
    expect(await scheduledCode(who)).toBeNull()
    await server.advanceTo('2026-02-15T12:00:00Z')
    expect((await charged(who))[0]).toBe(900)
    expect(await redemptions(coupon)).toBe(0)
    expect(await drift()).toEqual([])
  })

  it('keeps the codes of a scheduled change and of a change now apart', async () => {
    await createPromotion(server, 'LATER', { percent_off: '25', duration: 'forever' })
    await createPromotion(server, 'FIRST', { percent_off: '10', duration: 'forever' })
    await createPromotion(
      server,
      'NEW',
      { percent_off: '10', duration: 'once' },
      { 'restrictions[first_time_transaction]': 'true' },
    )
    const who = await halfway('lea')
    for (const run of [
      () => previewPlanChange(server, who, { plan: 'basic', promotionCode: 'NEW' }),
      () => change(server, who, 'changePlan', { plan: 'basic', promotionCode: 'NEW' }),
    ])
      expect(await run()).toMatchObject({ code: 'INVALID_PRICE' })
    expect(await scheduledCode(who)).toBeNull()
    await change(server, who, 'changePlan', { plan: 'basic', promotionCode: 'LATER' })
    // The upgrade replaces the scheduled change, and its code with it.
    await toIndividual(who, 'FIRST')
    expect(await scheduledCode(who)).toBeNull()
    expect(await discountsOf(server, who)).toMatchObject([{ code: 'FIRST' }])
    await server.advanceTo('2026-02-15T12:00:00Z')
    expect((await charged(who))[0]).toBe(3600)
    expect(await drift()).toEqual([])
  })

  it('is not supported by PayPal', async () => {
    const buyer = await Buyer.named(server, 'paypal@example.com')
    await buyer.buy('startSubscription', { plan: 'basic', provider: 'PAYPAL' })
    expect(await change(server, buyer, 'changePlan', { plan: 'plus', promotionCode: 'SPRING' })).toMatchObject({
      code: 'NOT_SUPPORTED_BY_PROVIDER',
      message: expect.stringContaining('promotion codes') as string,
    })
  })

  it('is redeemed over REST as in GraphQL', async () => {
    await createPromotion(server, 'REST', { percent_off: '25', duration: 'forever' })
    const who = await halfway('fay')
    const post = (verb: string, promotion_code: string, more: object = {}) =>
      postBilling(server, verb, { account_id: who.accountId, plan: 'individual', promotion_code, ...more }, who.token)
    const refused = { status: 422, body: { code: 'INVALID_PRICE', field: 'promotion_code' } }
    expect(await post('preview-plan-change', 'NONE')).toMatchObject(refused)
    expect(await post('change-plan', 'NONE', { idempotency_key: 'none' })).toMatchObject(refused)
    expect(await post('preview-plan-change', 'REST')).toMatchObject({
      status: 200,
      body: { due_now: { amount: '5.00' }, next_amount: { amount: '30.00' } },
    })
    expect(await post('change-plan', 'REST', { idempotency_key: 'rest' })).toMatchObject({
      status: 200,
      body: { subscription: { plan: 'individual', discounts: [{ code: 'REST', percent_off: 25 }] } },
    })
  })
})
