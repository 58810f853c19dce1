import { decimalsOf, minor, type Money } from '../money.js'
import type { ErrorDetail } from './paypal-error.js'

const WHOLE_DIGITS = 15

/** PayPal's error for an amount, or null. `sign` states the accepted amounts. */
export function amountProblem(amount: Money, field: string, sign: 'positive' | 'any'): ErrorDetail | null {
  const { currency_code: currency, value } = amount
  const decimals = decimalsOf(currency)
  if (decimals === undefined)
    return { issue: 'INVALID_CURRENCY_CODE', field: field.replace(/value$/, 'currency_code'), value: currency }
  const [whole = '', fraction = ''] = value.replace('-', '').split('.', 2)
  if (decimals === 0 && /[1-9]/.test(fraction)) return { issue: 'DECIMALS_NOT_SUPPORTED', field, value }
  if (decimals > 0 && fraction.length > decimals) return { issue: 'DECIMAL_PRECISION', field, value }
  if (whole.replace(/^0+/, '').length > WHOLE_DIGITS) return { issue: 'MAX_VALUE_EXCEEDED', field, value }
  const amountOf = minor(amount)
  if (sign === 'positive' && amountOf <= 0n) return { issue: 'CANNOT_BE_ZERO_OR_NEGATIVE', field, value }
  return amountOf < 0n ? { issue: 'CANNOT_BE_NEGATIVE', field, value } : null
}
