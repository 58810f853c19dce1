import type { OverageDefinition } from '#services/catalog/definition/sale-terms.js'
import { tariffOf } from '#services/catalog/tariffs/tariff.js'
import { chargesOverage, type CatalogPlan, type CatalogPlanFeature } from '../snapshot/catalog-snapshot.js'

// Plans are immutable, so each is written in a currency once.
const written = new WeakMap<CatalogPlan, Map<string, CatalogPlan>>()

/**
 * Pure: a plan with its prices of use, and its threshold, in one of the currencies in which it is sold. Null: the currency of the catalog. Without a
 * price of use in the currency, use beyond the allowance is denied.
 */
export function planIn(plan: CatalogPlan, currency: string | null): CatalogPlan {
  if (currency === null || !chargesOverage(plan)) return plan
  let known = written.get(plan)
  if (!known) written.set(plan, (known = new Map()))
  let found = known.get(currency)
  if (!found) known.set(currency, (found = write(plan, currency)))
  return found
}

function write(plan: CatalogPlan, currency: string): CatalogPlan {
  const features = plan.features.map((granted) => featureIn(granted, currency))
  const thresholds = [...(plan.overageThreshold ? [plan.overageThreshold] : []), ...(plan.otherThresholds ?? [])]
  const overageThreshold = thresholds.find((money) => money.currency === currency) ?? null
  const isSame = overageThreshold === plan.overageThreshold && features.every((one, i) => one === plan.features[i])
  return isSame ? plan : { ...plan, features, overageThreshold }
}

/** Pure: a feature of a plan with its price of use in a currency. */
export function featureIn(granted: CatalogPlanFeature, currency: string): CatalogPlanFeature {
  const { overage, ...others } = granted
  if (!overage || tariffOf(overage.tariff).currency === currency) return granted
  const tariff = overage.others?.[currency]
  return tariff === undefined ? others : { ...others, overage: { tariff, cap: overage.cap } }
}

/** Pure: the tariffs of use in all currencies. */
export const tariffsOf = (overage: OverageDefinition | undefined): readonly string[] =>
  overage ? [overage.tariff, ...Object.values(overage.others ?? {})] : []
