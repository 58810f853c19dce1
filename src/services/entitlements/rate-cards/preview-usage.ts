import type { UsagePrice } from '#entities/entitlements/usage-price.js'
import { check } from '../check/checks.js'
import type { Check } from '../check/decide-check.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import type { Work } from '../model/work.js'

export interface PreviewUsage {
  readonly accountId?: string | null
  readonly feature: string
  readonly work: Work
  /** Member who would use the units. */
  readonly userId?: string | null
}

/** Price of work, and whether the account could consume it now. */
export interface UsagePreview extends Check {
  readonly price: UsagePrice | null
  /** Units that would remain. Null if unlimited, denied or not priced. */
  readonly remainingAfter: number | null
}

/** Prices work for an account and decides as `consume` would, without consuming anything. */
export async function previewUsage(context: EntitlementsContext, request: PreviewUsage): Promise<UsagePreview> {
  const { allowed, entitlement, denial, explain, appliedFailurePolicy, price } = await check(context, request)
  const remaining = entitlement?.remaining ?? null
  // Units beyond the allowance have a price, and leave nothing of it.
  const remainingAfter = allowed && price && remaining !== null ? Math.max(0, remaining - price.units) : null
  return { allowed, entitlement, denial, explain, appliedFailurePolicy, price, remainingAfter }
}
