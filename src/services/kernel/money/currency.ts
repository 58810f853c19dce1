import { data } from 'currency-codes'
import { AppError } from '../errors/app-error.js'

/** In force since 2025-03-31; the ISO list of our library is older. */
const NEWER_CURRENCIES: readonly (readonly [string, number])[] = [['XCG', 2]]

/** The library lists metals, bonds and test codes under made-up countries that begin with "Zz". */
const isSpendable = (countries: readonly string[]): boolean => !countries.some((country) => country.startsWith('Zz'))

const decimalsByCode = new Map<string, number>([
  ...data.filter((record) => isSpendable(record.countries)).map((record) => [record.code, record.digits] as const),
  ...NEWER_CURRENCIES,
])

/** Codes of all currencies. */
export const CURRENCIES: readonly string[] = [...decimalsByCode.keys()]

/** A currency code that ISO 4217 does not know as money, or that is not written in capitals. */
export class UnknownCurrencyError extends AppError {
  constructor(currency: string) {
    super('BAD_USER_INPUT', `${currency} is not an ISO 4217 currency code, for example USD`)
    this.name = 'UnknownCurrencyError'
  }
}

/** True for an ISO 4217 code of money that can be spent, in capitals. */
export function isCurrency(code: string): boolean {
  return decimalsByCode.has(code)
}

/**
 * Decimals of a currency in ISO 4217: JPY 0, USD 2, KWD 3. Intl and the payment providers differ from it for some
 * currencies (HUF, COP), so neither is used. @throws UnknownCurrencyError
 */
export function currencyDecimals(code: string): number {
  const decimals = decimalsByCode.get(code)
  if (decimals === undefined) throw new UnknownCurrencyError(code)
  return decimals
}
