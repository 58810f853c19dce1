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
import { startTestServer, type TestServer } from '#test/support/test-server.js'

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
  const drift = async () => {
    await untilQuiet(server)
    return (await reconcile(server, operator)).drift
  }

  it('is previewed, redeemed once for each key, and reduces this and later invoices [BN86]', async () => {
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
    expect(await toIndividual(who, 'QUARTER', { idempotencyKey })).toMatchObject({ __typename: 'PlanChanged' })
    expect(await redemptions(coupon)).toBe(1)
    await server.advanceTo('2026-02-15T12:00:00Z')
    expect(await charged(who)).toEqual([3000, 500, 2000])
    expect(await drift()).toEqual([])
  })

  it('reduces one invoice if its coupon is for one [BN86]', async () => {
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

  it('reduces the new period of another interval [BN86]', async () => {
    await createPromotion(server, 'YEARLY', { percent_off: '25', duration: 'once' })
    const who = await halfway('cid')
    const input = { plan: 'plus', interval: 'YEAR', promotionCode: 'YEARLY' }
    expect(await previewPlanChange(server, who, input)).toMatchObject({ dueNow: { decimal: '140.00' } })
    await change(server, who, 'changePlan', input)
    expect(await charged(who)).toEqual([14_000, 2000])
    expect(await discountsOf(server, who)).toEqual([])
    expect(await drift()).toEqual([])
  })

  it('is not used up by a payment that failed [BN86]', async () => {
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
    expect(await toIndividual(who, 'SINGLE')).toMatchObject({ __typename: 'PlanChanged' })
    expect(await discountsOf(server, who)).toMatchObject([{ code: 'SINGLE' }])
    expect(await redemptions(coupon)).toBe(1)
    expect(await drift()).toEqual([])
  })

  it('is denied as at the checkout, with the same words in the preview [BN86]', async () => {
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
        field: 'promotionCode',
        message,
      })
    }
    await denied('NONE', "Promotion code 'NONE' not found.")
    await denied('EURO', "Promotion code 'EURO' is valid only for orders in EUR, not USD.")
    await denied('LARGE', "Promotion code 'LARGE' requires an order of at least 50.00 USD.")
    await denied('FIRST', "Promotion code 'FIRST' cannot be used for this change.")
    await denied('SPRING', "Promotion code 'SPRING' can be redeemed only with a change that takes effect now.", {
      plan: 'basic',
    })
    expect(await charged(who)).toEqual([2000])
    await toIndividual(who, 'SPRING')
    await denied('SUMMER', "The subscription has promotion code 'SPRING'. It can have one code at a time.", {
      plan: 'plus',
      at: 'NOW',
    })
    expect(await discountsOf(server, who)).toMatchObject([{ code: 'SPRING' }])
  })

  it('is not supported by PayPal [BN86]', async () => {
    const buyer = await Buyer.named(server, 'paypal@example.com')
    await buyer.buy('startSubscription', { plan: 'basic', provider: 'PAYPAL' })
    expect(await change(server, buyer, 'changePlan', { plan: 'plus', promotionCode: 'SPRING' })).toMatchObject({
      code: 'NOT_SUPPORTED_BY_PROVIDER',
      message: expect.stringContaining('promotion codes') as string,
    })
  })

  it('is redeemed over REST as in GraphQL [BN86]', async () => {
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
