import type { Price } from '#schema/catalog/price.type.js'
import { arg } from '#schema/kernel/decorators.js'
import { CURRENCY_FILTER, INCLUDE_INACTIVE } from '#schema/kernel/descriptions.js'
import { CurrencyCode } from '#schema/kernel/scalars.js'

/** Argument that includes products that are no longer sold. */
export const inactiveArg = () =>
  arg('includeInactive', INCLUDE_INACTIVE, () => Boolean, {
    nullable: true,
    defaultValue: false,
  })

/** Currency filter of prices. */
export const currencyArg = () => arg('currency', CURRENCY_FILTER, () => CurrencyCode, { nullable: true })

/** The prices in one currency; all of them when none is named. */
export const inCurrency = (prices: readonly Price[], currency: string | null | undefined): readonly Price[] =>
  currency ? prices.filter((price) => price.money.currency === currency) : prices
