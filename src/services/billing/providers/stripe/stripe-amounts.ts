import type { TaxBehavior } from '#services/catalog/definition/types.js'
import { currencyDecimals, isCurrency } from '#services/kernel/money/currency.js'
import { providerDecimals } from '#services/kernel/money/provider-currencies.js'
import type { Money } from '#services/kernel/money/money.js'
import { ProviderRejected } from '#services/billing/providers/provider-errors.js'

/** Decimals that Stripe has more (or fewer) than ISO 4217: ISK and UGX two more, MGA two fewer. */
const difference = (currency: string): number =>
  isCurrency(currency) ? providerDecimals(currency) - currencyDecimals(currency) : 0

/** Converts an amount from Stripe to money in minor units of ISO 4217. */
export function fromStripe(amount: number, currency: string): Money {
  const code = currency.toUpperCase()
  return { amountMinor: minorOf(amount, code), currency: code }
}

/** Like `fromStripe`, but returns the amount only. Rounds fractions of a minor unit, for example in a tax in ISK. */
export const minorOf = (amount: number, currency: string): number => {
  const by = difference(currency.toUpperCase())
  if (by <= 0) return amount * power(-by)
  const [whole, rest] = divided(amount, power(by))
  return Math.abs(rest) * 2 < power(by) ? whole : whole + Math.sign(rest)
}

/** Converts an exact price in Stripe's units, which can be a fraction of one, to a decimal of the currency: `0.04` cents are `0.0004`. */
export function decimalOf(text: string, currency: string): string {
  const decimals = providerDecimals(currency.toUpperCase())
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)!
  const digits = whole.padStart(decimals + 1, '0') + fraction
  const point = digits.length - fraction.length - decimals
  const rest = digits.slice(point)
  return `${sign}${digits.slice(0, point).replace(/^0+(?=\d)/, '')}${rest === '' ? '' : `.${rest}`}`
}

/**
 * Converts money to Stripe's units.
 * @throws ProviderRejected for a fraction that Stripe does not support
 */
export function toStripe({ amountMinor, currency }: Money): number {
  const by = difference(currency)
  if (by >= 0) return amountMinor * power(by)
  const [whole, rest] = divided(amountMinor, power(-by))
  if (rest !== 0) throw new ProviderRejected(`Stripe requires ${currency} amounts without decimals`, false)
  return whole
}

const power = (exponent: number): number => 10 ** exponent

/** Returns the exact whole quotient and the remainder. */
function divided(amount: number, by: number): [number, number] {
  const [dividend, divisor] = [BigInt(amount), BigInt(by)]
  return [Number(dividend / divisor), Number(dividend % divisor)]
}

/** Says of an amount whether it contains its taxes. Nothing if taxes are not calculated. */
export const taxBehavior = (taxes: TaxBehavior | null) =>
  taxes === null ? {} : { tax_behavior: taxes === 'INCLUSIVE' ? ('inclusive' as const) : ('exclusive' as const) }
