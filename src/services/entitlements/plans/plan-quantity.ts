import type { CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'

const MAX_QUANTITY = 10_000

/** Denial of a quantity of a plan that is given without a payment. Null if it is valid. A plan with a flat price has one unit. */
export function validateQuantity(plan: CatalogPlan, quantity: number): Refused | null {
  const maximum = plan.prices.some(({ per }) => per !== null) ? MAX_QUANTITY : 1
  if (Number.isSafeInteger(quantity) && quantity >= 1 && quantity <= maximum) return null
  const allowed = maximum === 1 ? '1, because it has no price by the unit' : `between 1 and ${maximum}`
  return refused('INVALID_AMOUNT', `quantity of ${plan.name} must be ${allowed}.`, { field: 'quantity' })
}
