import { currencyDecimals, isCurrency, UnknownCurrencyError } from '#services/kernel/money/currency.js'
import {
  formatMoney,
  InvalidAmountError,
  InvalidLocaleError,
  parseDecimal,
  toDecimal,
} from '#services/kernel/money/money.js'

describe('decimal amounts', () => {
  it.each([
    ['500', 'JPY', 500],
    ['49.00', 'USD', 4900],
    ['49', 'USD', 4900],
    ['10.10', 'USD', 1010],
    ['0.07', 'USD', 7],
    ['1.234', 'KWD', 1234],
    ['1.5', 'KWD', 1500],
    ['1990.00', 'HUF', 199000],
    ['39900.50', 'COP', 3990050],
    ['-0.50', 'USD', -50],
    ['90071992547409.91', 'USD', Number.MAX_SAFE_INTEGER],
  ])('reads %s %s as %d minor units', (text, currency, amountMinor) => {
    expect(parseDecimal(text, currency)).toEqual({ amountMinor, currency })
  })

  it.each([
    [500, 'JPY', '500'],
    [0, 'USD', '0.00'],
    [7, 'USD', '0.07'],
    [4900, 'USD', '49.00'],
    [-50, 'USD', '-0.50'],
    [1234, 'KWD', '1.234'],
    [199000, 'HUF', '1990.00'],
    [3990050, 'COP', '39900.50'],
    [Number.MAX_SAFE_INTEGER, 'USD', '90071992547409.91'],
  ])('writes %d minor units of %s as %s', (amountMinor, currency, text) => {
    expect(toDecimal({ amountMinor, currency })).toBe(text)
  })

  it('round-trips through its text, for every amount of a small range and every number of decimals', () => {
    for (const currency of ['JPY', 'USD', 'KWD']) {
      for (let amountMinor = -1200; amountMinor <= 1200; amountMinor++) {
        const money = { amountMinor, currency }
        expect(parseDecimal(toDecimal(money), currency)).toEqual(money)
      }
    }
  })

  it('has no negative zero', () => {
    expect(Object.is(parseDecimal('-0.00', 'USD').amountMinor, 0)).toBe(true)
  })

  it.each(['', 'ten', '1e3', '1,000', '.5', '5.', '+5', '010', ' 5', 'Infinity', '0x10', '90071992547409.92'])(
    'rejects %j',
    (text) => {
      expect(() => parseDecimal(text, 'USD')).toThrow(InvalidAmountError)
    },
  )

  it.each([
    ['500.00', 'JPY', 'JPY has no decimals: 500.00 has 2'],
    ['10.000', 'USD', 'USD has 2 decimals: 10.000 has 3'],
    ['1.2345', 'KWD', 'KWD has 3 decimals: 1.2345 has 4'],
  ])('rejects %s %s, which has more decimals than the currency, with the reason', (text, currency, message) => {
    expect(() => parseDecimal(text, currency)).toThrow(message)
  })

  it('uses no floating point', () => {
    expect(() => toDecimal({ amountMinor: 10.5, currency: 'USD' })).toThrow(InvalidAmountError)
  })
})

describe('localized amounts', () => {
  it.each([
    [500, 'JPY', '¥500'],
    [123450, 'USD', '$1,234.50'],
    [1234, 'KWD', 'KWD\u00a01.234'],
    [199000, 'HUF', 'HUF\u00a01,990.00'],
    [3990050, 'COP', 'COP\u00a039,900.50'],
    [Number.MAX_SAFE_INTEGER, 'USD', '$90,071,992,547,409.91'],
  ])('shows %d minor units of %s with the decimals of ISO 4217', (amountMinor, currency, text) => {
    expect(formatMoney({ amountMinor, currency }, 'en')).toBe(text)
  })

  it('follows the locale', () => {
    expect(formatMoney({ amountMinor: 123450, currency: 'EUR' }, 'de')).toBe('1.234,50\u00a0€')
  })

  it('rejects an invalid locale', () => {
    expect(() => formatMoney({ amountMinor: 1, currency: 'USD' }, 'not a locale')).toThrow(InvalidLocaleError)
  })
})

describe('currencies', () => {
  it.each([
    ['JPY', 0],
    ['USD', 2],
    ['HUF', 2],
    ['COP', 2],
    ['XCG', 2],
    ['KWD', 3],
  ])('for %s have %d decimals', (currency, decimals) => {
    expect(currencyDecimals(currency)).toBe(decimals)
  })

  it.each(['usd', 'US', 'DOLLAR', 'XXX', 'XTS', 'XAU', ''])('reject %j', (code) => {
    expect(isCurrency(code)).toBe(false)
    expect(() => currencyDecimals(code)).toThrow(UnknownCurrencyError)
  })
})
