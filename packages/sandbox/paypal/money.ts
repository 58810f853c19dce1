/** An amount as PayPal writes it: a decimal as text. */
export interface Money {
  currency_code: string
  value: string
}

/** Currencies of PayPal with their decimals. Three have none. */
const DECIMALS: Record<string, 0 | 2> = {
  AUD: 2, BRL: 2, CAD: 2, CHF: 2, CNY: 2, CZK: 2, DKK: 2, EUR: 2, GBP: 2, HKD: 2, HUF: 0, ILS: 2, JPY: 0,
  MXN: 2, MYR: 2, NOK: 2, NZD: 2, PHP: 2, PLN: 2, SEK: 2, SGD: 2, THB: 2, TWD: 0, USD: 2,
} // prettier-ignore

/** Number of decimals of a currency at PayPal. Undefined for a currency that PayPal does not support. */
export function decimalsOf(currency: string): number | undefined {
  return DECIMALS[currency]
}

/** The amount in minor units, exactly. The text must be a decimal that fits its currency. */
export function minor({ currency_code: currency, value }: Money): bigint {
  const decimals = DECIMALS[currency] ?? 2
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d*)\.?(\d*)$/.exec(value) ?? []
  const digits = BigInt(`${whole}${fraction.padEnd(decimals, '0').slice(0, decimals)}` || '0')
  return sign === '-' ? -digits : digits
}

/** Minor units as PayPal writes them: `10.00`, `500`. */
export function money(currency: string, amount: bigint): Money {
  const decimals = DECIMALS[currency] ?? 2
  const digits = String(amount < 0n ? -amount : amount).padStart(decimals + 1, '0')
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
  return { currency_code: currency, value: amount < 0n ? `-${text}` : text }
}

/** The same amount in PayPal's own spelling: `9.9` becomes `9.90`. */
export function normalized(given: Money): Money {
  return money(given.currency_code, minor(given))
}
