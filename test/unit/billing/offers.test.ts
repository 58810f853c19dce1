import { decidePlanOffer, type OfferInput } from '#services/billing/model/decide-plan-offer.js'
import { validateCurrency, validateQuantity, priceFor } from '#services/billing/model/offer.js'
import { subscriptionRequest } from '#services/billing/model/subscription-request.js'
import { payerEmail } from '#services/billing/model/purchase-request.js'
import type { CatalogPrice } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Mode } from '#services/kernel/config/mode.js'
import { anonymous } from '#services/identity/model/caller.js'
import { catalogFixture } from '#test/support/catalog-fixture.js'
import { keyWith, userWith } from '#test/support/callers.js'

const noUser: OfferInput = { currency: { own: null, paidIn: null }, triedPlanIds: new Set(), lifetimePlans: [] }
const catalog = {
  ...catalogFixture,
  domains: [
    { domain: 'try.direct', mode: 'live' as const },
    { domain: 'dev.try.direct', mode: 'test' as const },
  ],
}

const offer = (input: Partial<Parameters<typeof subscriptionRequest>[0]>, mode: Mode = 'sandbox', buyer = noUser) =>
  decidePlanOffer(catalog, mode, subscriptionRequest({ plan: 'plus', idempotencyKey: 'k', ...input }), buyer)

describe('Plan offers', () => {
  it.each<[string | null, Mode, boolean]>([
    ['try.direct', 'live', true],
    ['TRY.direct', 'live', true],
    ['try.direct', 'test', false],
    ['dev.try.direct', 'live', false],
    ['dev.try.direct', 'test', true],
    ['try.direct', 'sandbox', true],
    ['dev.try.direct', 'sandbox', true],
    ['unknown.example', 'live', true],
    ['unknown.example', 'test', true],
    [null, 'live', true],
  ])('for %s in %s mode: %s', (userDomain, mode, sold) => {
    const answer = offer({ userDomain }, mode)
    if (sold) expect(answer).toMatchObject({ code: 'plus', amountMinor: 2000 })
    else expect(answer).toMatchObject({ __typename: 'Refused', code: 'MODE_MISMATCH', field: 'userDomain' })
  })

  it('accept empty names', () => {
    expect(
      subscriptionRequest({ plan: 'plus', idempotencyKey: 'k', billingFirstName: '', billingLastName: '' }),
    ).toMatchObject({ payerName: null })
    expect(subscriptionRequest({ plan: 'plus', idempotencyKey: 'k', billingLastName: 'Lee' })).toMatchObject({
      payerName: 'Lee',
    })
  })

  it('deny free and unknown plans', () => {
    for (const plan of ['free', 'gold', '', 'PLUS', '__proto__'])
      expect(offer({ plan })).toMatchObject({
        code: 'INVALID_PLAN',
        field: 'plan',
        message: expect.stringMatching(/ For sale: .*\bplus\b/),
      })
  })

  it('say how a plan is sold that has no price as requested, and offer it so', () => {
    const asSold = { kind: 'CONTINUE_CHECKOUT', retry: { omittedFields: ['interval', 'currency'] } }
    expect(offer({ currency: 'SEK' })).toMatchObject({
      code: 'INVALID_PRICE',
      message: expect.stringMatching(/ It is sold monthly in USD/),
      remedies: [asSold],
    })
    // A subscription in pounds cannot be joined by what is sold in dollars.
    expect(offer({ currency: 'SEK' }, 'sandbox', { ...noUser, currency: { own: 'GBP', paidIn: 'GBP' } })).toMatchObject(
      {
        code: 'INVALID_PRICE',
        remedies: [],
      },
    )
  })

  it('deny a plan in another currency than the active subscription, and say what lifts it', () => {
    expect(offer({}, 'sandbox', { ...noUser, currency: { own: 'GBP', paidIn: 'GBP' } })).toMatchObject({
      code: 'INVALID_PRICE',
      message: expect.stringMatching(/ not USD: cancel the subscription first\.$/),
      field: 'currency',
      remedies: [{ mutation: 'cancelSubscription' }],
    })
    expect(offer({}, 'sandbox', { ...noUser, currency: { own: 'USD', paidIn: 'USD' } })).toMatchObject({ code: 'plus' })
  })
})

describe('A currency that was set for an account without a subscription', () => {
  it('is preferred and excludes no other one', () => {
    for (const currency of [null, 'USD'])
      expect(offer({ currency }, 'sandbox', { ...noUser, currency: { own: 'GBP', paidIn: null } })).toMatchObject({
        code: 'plus',
        price: { money: { currency: 'USD' } },
      })
  })
})

describe('Price selection', () => {
  const price = (currency: string, interval: CatalogPrice['interval'] = 'MONTH', active = true): CatalogPrice => ({
    id: `prc_${currency}_${interval}`,
    productId: 'prd_x',
    money: { amountMinor: 500, currency },
    amountMinor: 500,
    currency,
    interval,
    trialDays: 0,
    per: null,
    active,
  })
  const sold = [price('GBP'), price('USD'), price('EUR', 'YEAR'), price('JPY', 'MONTH', false)]
  it.each([
    ['asked for', { requested: 'GBP', own: 'USD' }, 'prc_GBP_MONTH'],
    ['asked for, and not sold', { requested: 'CHF', own: 'USD' }, null],
    ['asked for, and sold no longer', { requested: 'JPY', own: null }, null],
    ['the account’s own', { requested: null, own: 'GBP' }, 'prc_GBP_MONTH'],
    ['the catalog’s, where the account has none', { requested: null, own: null }, 'prc_USD_MONTH'],
    ['the catalog’s, where the account’s own is not sold', { requested: null, own: 'SEK' }, 'prc_USD_MONTH'],
  ])('%s', (_what, request, id) => {
    expect(priceFor(catalogFixture, sold, 'MONTH', request)?.id ?? null).toBe(id)
  })

  it('uses the only price if no currency is requested', () => {
    expect(priceFor(catalogFixture, [price('GBP', 'ONE_TIME')], null, { requested: null, own: 'USD' })?.id).toBe(
      'prc_GBP_ONE_TIME',
    )
  })

  it('allows one-time payments in any currency, and recurring ones in one', () => {
    expect(validateCurrency(price('GBP', 'ONE_TIME'), 'USD', sold)).toBeNull()
    expect(validateCurrency(price('GBP'), null, sold)).toBeNull()
    expect(validateCurrency(price('GBP'), 'USD', sold)).toMatchObject({
      code: 'INVALID_PRICE',
      message: expect.stringMatching(/ not GBP: leave out currency\.$/),
      remedies: [{ label: 'Pay in USD', retry: { omittedFields: ['currency'] } }],
    })
    // Sold in euros for a year only, and no longer in yen.
    for (const own of ['EUR', 'JPY'])
      expect(validateCurrency(price('GBP'), own, sold)).toMatchObject({
        remedies: [{ mutation: 'cancelSubscription' }],
      })
  })

  it.each([
    [0, 100, 'quantity must be between 1 and 100.'],
    [101, 100, 'quantity must be between 1 and 100.'],
    [2, 1, 'Plus cannot be purchased in quantities. Leave out quantity.'],
  ])('denies the quantity %d of at most %d, and offers to leave it out', (quantity, maximum, message) => {
    expect(validateQuantity('Plus', quantity, maximum)).toMatchObject({
      code: 'INVALID_AMOUNT',
      message,
      remedies: [{ retry: { omittedFields: ['quantity'] } }],
    })
    expect(validateQuantity('Plus', maximum, maximum)).toBeNull()
  })
})

describe('Buyer’s email address', () => {
  const user = (email: string) => userWith([], { email })
  const account = { billingEmail: null }
  it.each([
    '',
    'ann',
    'ann@',
    '@example.com',
    'ann@example',
    'a b@example.com',
    'ann@example.com\r\nbcc: x',
    '<ann@example.com>',
  ])('is not %j', (email) => {
    expect(payerEmail(user(email), account, { idempotencyKey: 'k' })).toMatchObject({
      code: 'INVALID_EMAIL',
      field: 'userEmail',
    })
  })
  it('is the caller’s own', () => {
    expect(payerEmail(user('ann@example.com'), account, { userEmail: 'ANN@example.com', idempotencyKey: 'k' })).toBe(
      'ann@example.com',
    )
    expect(
      payerEmail(user('ann@example.com'), account, { userEmail: 'bob@example.com', idempotencyKey: 'k' }),
    ).toMatchObject({
      code: 'INVALID_EMAIL',
    })
    expect(payerEmail(anonymous, account, { idempotencyKey: 'k' })).toMatchObject({ code: 'INVALID_EMAIL' })
  })
  it('is what a service sends, or that of the account', () => {
    const key = keyWith(['billing:write'])
    expect(payerEmail(key, { billingEmail: 'own@example.com' }, { idempotencyKey: 'k' })).toBe('own@example.com')
    const sent = { userEmail: 'bob@example.com', idempotencyKey: 'k' }
    expect(payerEmail(key, { billingEmail: 'own@example.com' }, sent)).toBe('bob@example.com')
    expect(payerEmail(key, account, { idempotencyKey: 'k' })).toMatchObject({ code: 'INVALID_EMAIL' })
    expect(payerEmail(key, account, { ...sent, userEmail: 'bob' })).toMatchObject({ code: 'INVALID_EMAIL' })
  })
})
