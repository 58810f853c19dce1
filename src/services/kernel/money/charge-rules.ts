import { currencyDecimals } from './currency.js'
import { toDecimal, type Money } from './money.js'
import { isTaken, providerDecimals, WHOLE_AT_PAYPAL } from './provider-currencies.js'

/** Smallest charges, as decimals of the currency; a currency that is not listed is converted, and its limit is not known in advance. */
const MINIMUM: Readonly<Record<string, number>> = {
  USD: 0.5,
  AED: 2,
  AUD: 0.5,
  BGN: 1,
  BRL: 0.5,
  CAD: 0.5,
  CHF: 0.5,
  CZK: 15,
  DKK: 2.5,
  EUR: 0.5,
  GBP: 0.3,
  HKD: 4,
  HUF: 175,
  INR: 0.5,
  JPY: 50,
  MXN: 10,
  MYR: 2,
  NOK: 3,
  NZD: 0.5,
  PLN: 2,
  RON: 2,
  SEK: 3,
  SGD: 0.5,
  THB: 10,
}

/** Digits of the largest charge, in the provider's unit. */
const MAX_DIGITS = 8
const MORE_DIGITS: Readonly<Record<string, number>> = { COP: 10, HUF: 10, IDR: 12, INR: 9, JPY: 10, LBP: 12 }

const stepAt = (currency: string, atProvider: number): number =>
  atProvider === 3 ? 10 : 10 ** Math.max(0, currencyDecimals(currency) - atProvider)

/** Pure: the smallest difference of two charges in minor units of ISO 4217: 10 in KWD, of which the last digit must be 0, and 1 in most others. */
export const chargeStep = (currency: string): number => stepAt(currency, providerDecimals(currency))

/** Pure: rounds an amount down to one that can be charged. Minor units of ISO 4217. */
export const roundToCharge = ({ amountMinor, currency }: Money): number =>
  amountMinor - (amountMinor % chargeStep(currency))

/** Pure: the smallest difference of two refunds in minor units of ISO 4217: 100 in HUF at PayPal. Default: one that every provider can refund. */
export const refundStep = (currency: string, provider: 'STRIPE' | 'PAYPAL' = 'PAYPAL'): number =>
  stepAt(currency, provider === 'PAYPAL' && WHOLE_AT_PAYPAL.has(currency) ? 0 : providerDecimals(currency))

/** Pure: rounds an amount down to one that every provider can refund. Minor units of ISO 4217. */
export const roundToRefundable = ({ amountMinor, currency }: Money): number =>
  amountMinor - (amountMinor % refundStep(currency))

/** Pure: the reason why an amount is no part of any charge; null if it can be one. */
export function validateStep(money: Money): string | null {
  const { amountMinor, currency } = money
  const step = chargeStep(currency)
  if (amountMinor % step === 0) return null
  return `${currency} is charged in steps of ${toDecimal({ amountMinor: step, currency })}, not ${toDecimal(money)}`
}

/** Pure: the reason why an amount cannot be charged; null if it can. */
export function validateCharge(money: Money): string | null {
  const { amountMinor, currency } = money
  if (!isTaken(currency)) return untaken(currency)
  const fault = validateStep(money)
  if (fault !== null) return fault
  const own = currencyDecimals(currency)
  const minimum = MINIMUM[currency]
  if (minimum !== undefined && amountMinor < Math.round(minimum * 10 ** own))
    return `the smallest charge in ${currency} is ${toDecimal({ amountMinor: Math.round(minimum * 10 ** own), currency })}, not ${toDecimal(money)}`
  const largest = largestCharge(currency)
  if (amountMinor > largest)
    return `the largest charge in ${currency} is ${toDecimal({ amountMinor: largest, currency })}, not ${toDecimal(money)}`
  return null
}

/** Pure: the fault of a currency in which no provider charges. */
export const untaken = (currency: string): string =>
  `no payment provider takes ${currency}; sell in another currency, for example USD`

function largestCharge(currency: string): number {
  const digits = MORE_DIGITS[currency] ?? MAX_DIGITS
  const inUnits = 10 ** digits - 1
  return Math.floor(inUnits * 10 ** (currencyDecimals(currency) - providerDecimals(currency)))
}
