import { roundToRefundable, validateCharge } from '#services/kernel/money/charge-rules.js'
import { providerDecimals } from '#services/kernel/money/provider-currencies.js'
import { parseDecimal } from '#services/kernel/money/money.js'
import { fromStripe, toStripe } from '#services/billing/providers/stripe/stripe-amounts.js'

describe('Amounts at the provider', () => {
  it.each([
    ['USD', '0.50', null],
    ['USD', '0.20', 'the smallest charge in USD is 0.50, not 0.20'],
    ['USD', '999999.99', null],
    ['USD', '1000000.00', 'the largest charge in USD is 999999.99, not 1000000.00'],
    ['JPY', '49', 'the smallest charge in JPY is 50, not 49'],
    ['JPY', '1000000000', null],
    ['KWD', '5.120', null],
    ['KWD', '5.124', 'KWD is charged in steps of 0.010, not 5.124'],
    ['MGA', '5.00', null],
    ['MGA', '5.50', 'MGA is charged in steps of 1.00, not 5.50'],
    ['ISK', '999999', null],
    ['ISK', '1000000', 'the largest charge in ISK is 999999, not 1000000'],
  ])('%s %s: %s', (currency, amount, fault) => {
    expect(validateCharge(parseDecimal(amount, currency))).toBe(fault)
  })

  it.each([
    ['USD', 1234, 1234],
    ['JPY', 500, 500],
    ['KWD', 5120, 5120],
    ['ISK', 5, 500],
    ['UGX', 5, 500],
    ['MGA', 500, 5],
  ])('%s: %d minor units are %d at Stripe, and back', (currency, amountMinor, amount) => {
    expect(toStripe({ amountMinor, currency })).toBe(amount)
    expect(fromStripe(amount, currency.toLowerCase())).toEqual({ amountMinor, currency })
  })

  it('rejects a fraction that Stripe does not support', () => {
    expect(() => toStripe({ amountMinor: 550, currency: 'MGA' })).toThrow(
      'Stripe requires MGA amounts without decimals',
    )
    expect(providerDecimals('ISK')).toBe(2)
  })
})

describe('Amount that every provider can refund', () => {
  it.each([
    ['USD', 1234, 1234],
    ['JPY', 1234, 1234],
    ['ISK', 1234, 1234],
    // PayPal has no decimals for these.
    ['HUF', 123_456, 123_400],
    ['TWD', 1299, 1200],
    // Stripe has no decimals for this one.
    ['MGA', 1234, 1200],
    // Three decimals, of which the last one must be zero.
    ['KWD', 1239, 1230],
  ])('of %s %d is %d', (currency, amountMinor, expected) => {
    expect(roundToRefundable({ amountMinor, currency })).toBe(expected)
  })
})
