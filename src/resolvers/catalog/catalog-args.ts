import type { Price } from '#schema/catalog/price.type.js'
import { arg } from '#schema/kernel/decorators.js'
import { CURRENCY_FILTER, CURRENCY_OF_USE, INCLUDE_INACTIVE } from '#schema/kernel/descriptions.js'
import { CurrencyCode } from '#schema/kernel/scalars.js'
import type { RequestContext } from '#context/request-context.js'
import { planInCurrency } from '#services/catalog/plans/plan-in-currency.js'
import type { CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'

/** Argument that includes products that are no longer sold. */
export const inactiveArg = () =>
  arg('includeInactive', INCLUDE_INACTIVE, () => Boolean, {
    nullable: true,
    defaultValue: false,
  })

/** Currency filter of prices. */
export const currencyArg = () => arg('currency', CURRENCY_FILTER, () => CurrencyCode, { nullable: true })

/** Currency of the prices of use. */
export const currencyOfUseArg = () => arg('currency', CURRENCY_OF_USE, () => CurrencyCode, { nullable: true })

/** A version of a plan with its prices of use in a currency in which it is sold. */
export function versionInCurrency(context: RequestContext, versionId: string, currency: string | null): CatalogPlan {
  const plan = context.catalog.current().planByVersionId.get(versionId)!
  return plan.versionPrices.some((price) => price.currency === currency) ? planInCurrency(plan, currency) : plan
}

/** The prices in one currency; all of them when none is named. */
export const inCurrency = (prices: readonly Price[], currency: string | null | undefined): readonly Price[] =>
  currency ? prices.filter((price) => price.money.currency === currency) : prices
