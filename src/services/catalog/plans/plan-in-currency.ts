import type { OverageDefinition } from '#services/catalog/definition/sale-terms.js'
import { tariffOf } from '#services/catalog/tariffs/tariff.js'
import { chargesOverage, type CatalogPlan, type CatalogPlanFeature } from '../snapshot/catalog-snapshot.js'

// Plans are immutable, so each is derived once for each currency.
const derived = new WeakMap<CatalogPlan, Map<string, CatalogPlan>>()

/**
 * Pure: a plan with its prices of use, and its threshold, in one of the currencies in which it is sold. Null: the currency of the catalog. Without a
 * price of use in the currency, use beyond the allowance is denied.
 */
export function planInCurrency(plan: CatalogPlan, currency: string | null): CatalogPlan {
  if (currency === null || !chargesOverage(plan)) return plan
  let known = derived.get(plan)
  if (!known) derived.set(plan, (known = new Map()))
  let found = known.get(currency)
  if (!found) known.set(currency, (found = derive(plan, currency)))
  return found
}

function derive(plan: CatalogPlan, currency: string): CatalogPlan {
  const features = plan.features.map((granted) => featureInCurrency(granted, currency))
  const thresholds = [...(plan.overageThreshold ? [plan.overageThreshold] : []), ...(plan.otherThresholds ?? [])]
  const overageThreshold = thresholds.find((money) => money.currency === currency) ?? null
  const isSame = overageThreshold === plan.overageThreshold && features.every((one, i) => one === plan.features[i])
  return isSame ? plan : { ...plan, features, overageThreshold }
}

/** Pure: a feature of a plan with its price of use in a currency. */
function featureInCurrency(granted: CatalogPlanFeature, currency: string): CatalogPlanFeature {
  const { overage, ...rest } = granted
  if (!overage || tariffOf(overage.tariff).currency === currency) return granted
  const tariff = overage.otherTariffs?.[currency]
  return tariff === undefined ? rest : { ...rest, overage: { tariff, cap: overage.cap } }
}

/** Pure: the tariffs of use in all currencies. */
export const tariffsOf = (overage: OverageDefinition | undefined): readonly string[] =>
  overage ? [overage.tariff, ...Object.values(overage.otherTariffs ?? {})] : []
