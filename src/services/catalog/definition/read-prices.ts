import type { BillingInterval } from '#entities/kernel/billing-interval.js'
import type { FieldPath } from '#services/kernel/validation/validation-issue.js'
import { validateCharge } from '#services/kernel/money/charge-rules.js'
import { currencyDecimals, isCurrency } from '#services/kernel/money/currency.js'
import { InvalidAmountError, parseDecimal, toDecimal, type Money } from '#services/kernel/money/money.js'
import { isMap } from './catalog-reader.js'
import type { CatalogSource } from './catalog-source.js'
import { intervalOfKey, PLAN_KEYS, PRICE_KEYS } from './price-keys.js'
import type { PriceDefinition } from './types.js'

const DECIMAL = /^-?\d+(?:\.\d+)?$/
const NOT_ABOVE_ZERO = 'expected an amount above zero: a free product has no price'

/** Settings that apply to every price of one plan or package. */
export interface PriceTerms {
  /** The catalog's currency; undefined when it is wrong itself: then decimals and limits of bare amounts are unknown. */
  readonly currency: string | undefined
  readonly trialDays: number | null
  readonly per: string | null
}

/** Prices written by interval, as `{ month: 10.00, year: { USD: 100.00, GBP: 80.00 } }`; wrong ones are noted and left out. */
export function readPrices(
  source: CatalogSource,
  path: FieldPath,
  prices: Readonly<Record<string, unknown>>,
  terms: PriceTerms,
): PriceDefinition[] {
  return [...new Set([...PRICE_KEYS, ...PLAN_KEYS])].flatMap((key) =>
    prices[key] === undefined ? [] : readPrice(source, [...path, key], prices[key], intervalOfKey(key), terms),
  )
}

/** One price in the catalog's currency, or one for each currency named. */
export function readPrice(
  source: CatalogSource,
  path: FieldPath,
  value: unknown,
  interval: BillingInterval,
  { currency, trialDays, per }: PriceTerms,
): PriceDefinition[] {
  return readAmounts(source, path, value, currency).map((money) => ({
    interval,
    ...money,
    trialDays: interval === 'ONE_TIME' ? null : trialDays,
    per,
  }))
}

/** One amount of money in the currency of the catalog, or one for each currency named. */
export function readAmounts(
  source: CatalogSource,
  path: FieldPath,
  value: unknown,
  currency: string | undefined,
): Money[] {
  if (!isMap(value)) return readAmount(source, path, value, currency)
  if (Object.keys(value).length === 0) source.report(path, 'expected an amount for at least one currency')
  return Object.entries(value).flatMap(([code, amount]) => {
    if (isCurrency(code)) return readAmount(source, [...path, code], amount, code)
    source.reportKey([...path, code], `${code} is not an ISO 4217 currency code, for example USD`)
    return []
  })
}

/** An amount of money above zero that can be charged. */
export function readAmount(
  source: CatalogSource,
  path: FieldPath,
  value: unknown,
  currency: string | undefined,
): Money[] {
  const text = source.textAt(path)
  if (text === null || (typeof value !== 'number' && typeof value !== 'string')) {
    const [code, example] = currency === undefined ? ['USD', '10.00'] : [currency, exampleOf(currency)]
    source.report(
      path,
      `expected an amount, for example ${example}, or one per currency, for example { ${code}: ${example} }`,
    )
    return []
  }
  if (currency === undefined) {
    if (!DECIMAL.test(text)) source.report(path, `expected an amount, for example 10.00, not ${text}`)
    else if (Number(text) <= 0) source.report(path, NOT_ABOVE_ZERO)
    return []
  }
  try {
    const money = parseDecimal(text, currency)
    const fault = money.amountMinor > 0 ? validateCharge(money) : NOT_ABOVE_ZERO
    if (fault === null) return [money]
    source.report(path, fault)
  } catch (error) {
    if (!(error instanceof InvalidAmountError)) throw error
    source.report(path, error.message)
  }
  return []
}

function exampleOf(currency: string): string {
  return toDecimal({ amountMinor: 10 ** (currencyDecimals(currency) + 1), currency })
}
