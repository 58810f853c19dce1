import { WHOLE_AT_PAYPAL } from '#services/kernel/money/provider-currencies.js'
import { currencyDecimals } from '#services/kernel/money/currency.js'
import { InvalidAmountError, type Money } from '#services/kernel/money/money.js'
import { ProviderRejected, ProviderUnavailable } from '#services/billing/providers/provider-errors.js'

/** PayPal's decimal text of an amount. */
export interface PayPalMoney {
  readonly currencyCode: string
  readonly value: string
}

const AMOUNT = /^(-?)(\d{1,20})?(?:\.(\d{1,10}))?$/

/** Whole minor units as PayPal's text, by string arithmetic: `9.99`, for yen `500`, for dinars `1.250`. */
export function toPayPalMoney({ amountMinor, currency }: Money): PayPalMoney {
  if (!Number.isSafeInteger(amountMinor)) throw new InvalidAmountError(`${amountMinor} is not a whole number`)
  const decimals = currencyDecimals(currency)
  const digits = String(Math.abs(amountMinor)).padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const fraction = digits.slice(digits.length - decimals)
  const sign = amountMinor < 0 ? '-' : ''
  if (!WHOLE_AT_PAYPAL.has(currency))
    return { currencyCode: currency, value: decimals === 0 ? sign + whole : `${sign}${whole}.${fraction}` }
  if (/[1-9]/.test(fraction))
    throw new ProviderRejected(`PayPal requires ${currency} amounts without decimals, not ${whole}.${fraction}`, false)
  return { currencyCode: currency, value: sign + whole }
}

/**
 * Converts PayPal's text to minor units. Zeros after the currency's decimals are ignored; anything else is an invalid
 * response.
 */
export function fromPayPalMoney(money: Partial<PayPalMoney> | null | undefined): Money {
  const { currencyCode: currency = '', value = '' } = money ?? {}
  const match = AMOUNT.exec(value)
  if (!match || (match[2] === undefined && match[3] === undefined))
    throw new ProviderUnavailable(`PayPal returned an invalid amount: ${value} ${currency}`)
  const [, sign = '', whole = '0', fraction = ''] = match
  const decimals = currencyDecimals(currency)
  const kept = fraction.slice(0, decimals).padEnd(decimals, '0')
  const amountMinor = Number(whole + kept)
  if (/[1-9]/.test(fraction.slice(decimals)) || !Number.isSafeInteger(amountMinor))
    throw new ProviderUnavailable(`PayPal returned an amount that is not valid in ${currency}: ${value}`)
  return { amountMinor: sign && amountMinor !== 0 ? -amountMinor : amountMinor, currency }
}
