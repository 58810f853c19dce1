import { decimalsOf, shownDecimals } from './currencies.js'

/** An amount in minor units as people write it: 1999 usd is $19.99. */
export function formatAmount(amount: number, currency: string, locale = 'en-US'): string {
  const decimals = decimalsOf(currency)
  return formatDecimal(amount / 10 ** decimals, currency, {
    locale,
    minimum: shownDecimals(currency),
    maximum: decimals,
  })
}

interface Digits {
  readonly locale: string
  readonly minimum: number
  readonly maximum: number
}

/** The one place that formats money. The decimals are those of the provider: Intl hides some that are charged. */
export function formatDecimal(
  value: number | `${number}`,
  currency: string,
  { locale, minimum, maximum }: Digits,
): string {
  const digits = { minimumFractionDigits: minimum, maximumFractionDigits: maximum }
  return new Intl.NumberFormat(locale, { style: 'currency', currency, ...digits }).format(value)
}
