import type { ProviderName } from '#services/billing/providers/provider-name.js'
import type { MigrationSkipReason } from '#entities/billing/plan-migration-step.entity.js'
import {
  chargesOverage,
  priceOf,
  type CatalogPlan,
  type CatalogPrice,
  type CatalogSnapshot,
} from '#services/catalog/snapshot/catalog-snapshot.js'

/** A subscription of an earlier version of a plan, as a migration finds it. */
export interface MigrationCandidate {
  /** Absent if the plan has no overage. */
  readonly provider?: ProviderName
  readonly planVersionId: string
  /** Null if the catalog does not know what is paid. */
  readonly priceId: string | null
  readonly currentPeriodEnd: Date | null
  readonly isChanging: boolean
  readonly hasScheduledChange: boolean
  readonly isEnding: boolean
}

/** Effect of a migration on one subscription. */
export type MigrationDecision =
  | { readonly kind: 'skip'; readonly reason: MigrationSkipReason; readonly price: CatalogPrice | null }
  /** With an unchanged price the new terms take effect immediately, otherwise when the paid period ends. */
  | {
      readonly kind: 'migrate'
      readonly at: 'NOW' | 'PERIOD_END'
      readonly effectiveAt: Date
      readonly price: CatalogPrice
      readonly newPrice: CatalogPrice
    }

/** Pure: the effect of a migration to the current version of a plan. A price that is still sold, or negotiated, is kept. */
export function decideMigration(
  catalog: CatalogSnapshot,
  plan: CatalogPlan,
  candidate: MigrationCandidate,
  now: Date,
): MigrationDecision {
  const price = catalog.priceById.get(candidate.priceId ?? '') ?? null
  const reason = skipReason(plan, candidate)
  if (reason || !price) return { kind: 'skip', reason: reason ?? 'NO_PRICE', price }
  const newPrice =
    price.active || price.negotiated ? price : priceOf(catalog, plan, price.interval, price.money.currency)
  if (!newPrice) return { kind: 'skip', reason: 'NO_PRICE', price }
  const isSamePrice = newPrice.id === price.id
  return {
    kind: 'migrate',
    at: isSamePrice ? 'NOW' : 'PERIOD_END',
    effectiveAt: isSamePrice ? now : (candidate.currentPeriodEnd ?? now),
    price,
    newPrice,
  }
}

function skipReason(plan: CatalogPlan, candidate: MigrationCandidate): MigrationSkipReason | null {
  if (candidate.planVersionId === plan.versionId) return 'ALREADY_CURRENT'
  if (candidate.isChanging) return 'CHANGE_IN_PROGRESS'
  if (candidate.hasScheduledChange) return 'CHANGE_SCHEDULED'
  // Only Stripe has meters, by which units beyond an allowance are charged.
  if (candidate.provider === 'PAYPAL' && chargesOverage(plan)) return 'NO_PRICE'
  return candidate.isEnding ? 'ENDING' : null
}
