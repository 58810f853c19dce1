import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { refused, refusedAmount, type Refused } from '#services/kernel/denials/denial.js'
import { waitRemedy } from './wait-remedy.js'
import type { AccountSnapshot } from './account-snapshot.js'
import { availableUnits } from './entitlement.js'
import { evaluateFeature } from './evaluate-entitlements.js'
import { askParent } from './cap-denial.js'
import { capStates, spendCapDenial } from './decide-spend.js'
import { deductUnits } from './deduct-units.js'

/**
 * Pure: denial of more units than a pool has, or than a limit of the sub-account or a cap of the pool allows. Null if they are
 * available. It states nothing about the plans and grants of the parent account.
 */
export function poolDenial(
  catalog: CatalogSnapshot,
  pool: AccountSnapshot,
  feature: FeatureDefinition,
  { amount, subAccountId }: { readonly amount: number; readonly subAccountId: string },
): Refused | null {
  const entitlement = evaluateFeature(catalog, pool, feature)
  if (!entitlement.granted)
    return refused('FEATURE_NOT_INCLUDED', `${feature.name} is not included in the pool.`, {
      remedies: [askParent()],
      field: 'feature',
    })
  const remaining = availableUnits(entitlement)
  if (remaining !== null && remaining < amount)
    return refusedAmount(
      'POOL_EXHAUSTED',
      `The pool has ${remaining} ${feature.name} units left: ${amount} requested.`,
      // The plans of the parent account are not shown.
      {
        feature: feature.code,
        currency: null,
        limit: null,
        used: null,
        requested: amount,
        remaining,
        resetsAt: entitlement.resetsAt,
      },
      [...waitRemedy(catalog, pool, entitlement, amount), askParent()],
    )
  const parts = () => deductUnits(catalog, pool, feature, amount) ?? []
  const states = capStates(catalog, pool, feature, { subAccountId })
  return spendCapDenial(pool, feature, states, { amount, parts }, subAccountId)
}
