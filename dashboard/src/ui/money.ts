import decimals from 'currency:decimals'
import { locale } from '../words/language.js'

/** Number of decimals of a currency in ISO 4217, as the server has it. Intl hides those that people do not use in cash. */
export const decimalsOf = (currency: string): number => decimals[currency] ?? 2

interface Money {
  readonly decimal: string
  readonly currency: string
}

/** Money in the locale of the reader, with every minor unit that is charged. The decimal text is exact. */
export function money({ decimal, currency }: Money): string {
  const digits = decimalsOf(currency)
  return currencyFormat(currency, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    decimal as never,
  )
}

/** An amount of money of an axis, for example `$12K`. */
export const shortMoney = (value: number, currency: string): string =>
  currencyFormat(currency, { notation: 'compact', minimumFractionDigits: 0, maximumFractionDigits: 2 }).format(value)

/** The one place that formats money. */
const currencyFormat = (
  currency: string,
  options: Pick<Intl.NumberFormatOptions, 'notation'> & {
    minimumFractionDigits: number
    maximumFractionDigits: number
  },
): Intl.NumberFormat => new Intl.NumberFormat(locale, { style: 'currency', currency, ...options })

/** An amount that a person typed, as the API reads it. The server says whether the currency has its decimals: `.5` is `0.5`, `007` is `7`. */
export const typedMoney = (text: string, currency: string): Money => ({
  decimal: text.replace(/^0+(?=\d)/, '').replace(/^(?=\.)/, '0'),
  currency,
})

/** The smallest difference of two amounts, for the field in which one is typed. */
export const moneyStep = (currency: string): string => String(10 ** -decimalsOf(currency))
