import { decideCredit } from '#services/billing/model/decide-credit.js'
import { decideRefund, refundable } from '#services/billing/model/decide-refund.js'

const source = (over: object = {}) => ({
  purchaseId: 'p',
  amountMinor: 1000,
  creditMinor: 0,
  reversedMinor: 0,
  creditedMinor: 0,
  ...over,
})

describe('Credit of a downgrade', () => {
  it('comes from the newest payment first, at most the rest of each', () => {
    expect(
      decideCredit(1200, [source({ purchaseId: 'new', amountMinor: 500 }), source({ purchaseId: 'old' })]),
    ).toEqual({
      shares: [
        { purchaseId: 'new', amountMinor: 500 },
        { purchaseId: 'old', amountMinor: 700 },
      ],
      excessMinor: 0,
    })
  })
  it('is reversed as far as it covers refunded money', () => {
    expect(decideCredit(24_189, [source({ amountMinor: 24_995, reversedMinor: 1000 })])).toEqual({
      shares: [{ purchaseId: 'p', amountMinor: 23_995 }],
      excessMinor: 194,
    })
  })
  it('stays unchanged if no payment here explains it', () => {
    expect(decideCredit(500, [])).toEqual({ shares: [], excessMinor: 0 })
  })
})

describe('Refund after credit', () => {
  const purchase = {
    status: 'PAID',
    provider: 'STRIPE',
    amountMinor: 100_000,
    refundedMinor: 0,
    reversedMinor: 0,
    creditMinor: 0,
    creditedMinor: 99_000,
    currency: 'USD',
    paymentId: 'pi_1',
  } as const
  it('is the part that did not become credit', () => {
    expect(decideRefund(purchase, [], null)).toBe(1000)
  })
  it('is denied with the breakdown of the payment if nothing remains', () => {
    expect(decideRefund(purchase, [{ status: 'SUCCEEDED', amountMinor: 1000 }], null)).toMatchObject({
      code: 'INVALID_TRANSITION',
      message:
        'Nothing is left to refund: $1,000.00 was paid, $10.00 was refunded, $990.00 became credit at the provider or was returned outside of it.',
    })
  })
  it.each([
    ['USD', 1, 1],
    ['KWD', 500, 500],
    ['KWD', 1000, 1000],
    ['KWD', 505, 'The amount must be between KWD 0.010 and KWD 1.000, in steps of KWD 0.010'],
    ['KWD', 1, 'The amount must be between KWD 0.010 and KWD 1.000, in steps of KWD 0.010'],
    ['MGA', 150, 'The amount must be between MGA 1.00 and MGA 10.00, in steps of MGA 1.00'],
    ['USD', 0, 'The amount must be between $0.01 and $10.00: '],
  ])('in %s of %d minor units is %s', (currency, amount, expected) => {
    const decided = decideRefund({ ...purchase, currency }, [], amount)
    if (typeof expected === 'number') expect(decided).toBe(expected)
    else
      expect(decided).toMatchObject({
        code: 'INVALID_AMOUNT',
        message: expect.stringContaining(expected.replaceAll(/(KWD|MGA) /g, '$1\u00a0')) as string,
      })
  })
  it.each([
    ['HUF', 'PAYPAL', 500, 500],
    ['TWD', 'PAYPAL', 1000, 1000],
    ['HUF', 'PAYPAL', 550, 'The amount must be between HUF 1.00 and HUF 10.00, in steps of HUF 1.00'],
    ['HUF', 'STRIPE', 550, 550],
    ['JPY', 'PAYPAL', 7, 7],
  ] as const)('in %s by %s of %d minor units is %s', (currency, provider, amount, expected) => {
    const decided = decideRefund({ ...purchase, currency, provider }, [], amount)
    if (typeof expected === 'number') expect(decided).toBe(expected)
    else
      expect(decided).toMatchObject({
        code: 'INVALID_AMOUNT',
        message: expect.stringContaining(expected.replaceAll('HUF ', 'HUF\u00a0')) as string,
      })
  })
  it('by default is what can be returned, without the rest of a step', () => {
    const odd = { ...purchase, currency: 'TWD', provider: 'PAYPAL', creditedMinor: 99_950 } as const
    expect(decideRefund({ ...odd, amountMinor: 100_150 }, [], null)).toBe(200)
    expect(decideRefund(odd, [], null)).toMatchObject({ code: 'INVALID_TRANSITION' })
  })
  it('first restores the credit that paid for it', () => {
    expect(
      decideRefund({ ...purchase, amountMinor: 10_000, creditMinor: 90_000, creditedMinor: 50_000 }, [], null),
    ).toBe(10_000)
  })
  it('counts chargebacks, and credit granted for a part that credit had paid', () => {
    expect(refundable({ ...purchase, creditedMinor: 0, reversedMinor: 100_000 }, [])).toEqual({
      refunded: 0,
      left: 0,
      creditLeft: 0,
    })
    expect(refundable({ ...purchase, amountMinor: 0, creditMinor: 8000, creditedMinor: 8000 }, [])).toEqual({
      refunded: 0,
      left: 0,
      creditLeft: 0,
    })
    expect(refundable({ ...purchase, amountMinor: 1000, creditMinor: 500, creditedMinor: 200 }, [])).toEqual({
      refunded: 0,
      left: 1000,
      creditLeft: 300,
    })
  })
})
