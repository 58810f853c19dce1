import type { OverageCharge, OveragePrice } from '#entities/entitlements/usage-price.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import { costOf, costUp } from '#services/catalog/tariffs/price-units.js'
import { planReference, type CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import { tariffOf } from '#services/catalog/tariffs/tariff.js'
import { isCounted } from './entitlement-sources.js'
import { holdAt, type SaleHold } from '../sale/sale-hold.js'
import type { AccountSnapshot, OverageUsage } from './account-snapshot.js'
import type { EntitlementOverage, EntitlementSource } from './entitlement.js'
import type { Window } from './quota-window.js'

/** Overage of a feature, and the plan that states its price. */
export interface OverageState extends EntitlementOverage {
  readonly plan: CatalogPlan
}

/** Beginning of the source of ledger entries, followed by the code of the plan. */
const SOURCE = 'OVERAGE '

/** True for the source of units that were beyond the allowance. Debt of a rate card has the source `OVERAGE` without a plan. */
export const isOverageSource = (source: string | null): boolean => source?.startsWith(SOURCE) ?? false

/** SQL condition: the entry moves units beyond the allowance. */
export const isOverageEntry = (entry: string): string => `coalesce(${entry}.source, '') like '${SOURCE}%'`

export const overageSource = ({ code, ...plan }: CatalogPlan): EntitlementSource => ({
  kind: 'OVERAGE',
  code,
  amount: null,
  unlimited: false,
  expiresAt: null,
  object: planReference({ ...plan, code }),
})

/**
 * Pure: the overage of a feature at the snapshot's time. Only a plan that is paid by a subscription has overage, because its cost is charged
 * with it. Units count until their window ends, whatever plan and price the account has by then. Null if there is none.
 */
export function overageState(snapshot: AccountSnapshot, feature: FeatureDefinition): OverageState | null {
  if (snapshot.overage === null) return null
  for (const { plan, assignment } of snapshot.held) {
    if (assignment?.sourceType !== 'subscription') continue
    const terms = plan.features.find((granted) => granted.feature.code === feature.code && granted.enabled)?.overage
    if (!terms) continue
    let [used, reserved, costMinor, counted] = [0, 0, 0, 0]
    for (const use of snapshot.overage) {
      if (use.feature !== feature.code || !isCounted(snapshot, feature, use)) continue
      used += use.used
      reserved += use.reserved
      costMinor += costOf(use.tariff, use.used)
      if (use.tariff === terms.tariff) counted += use.used
    }
    return {
      plan,
      planCode: plan.code,
      currency: tariffOf(terms.tariff).currency,
      tariff: terms.tariff,
      counted,
      cap: terms.cap,
      used,
      reserved,
      remaining: unitsHold(snapshot) ? 0 : Math.max(0, terms.cap - used - reserved),
      costMinor,
    }
  }
  return null
}

/** Pure: the hold for which no units are sold beyond an allowance at the snapshot's time. Null if they are sold. */
export const unitsHold = (snapshot: AccountSnapshot): SaleHold | null => holdAt(snapshot.unitsHold, snapshot.at)

/** Units beyond an allowance that are used or, if negative, returned. */
export interface OverageUnits {
  readonly window: Pick<Window, 'start' | 'end'> | null
  readonly overage?: OveragePrice | undefined
  readonly units: number
}

const NO_CHARGES: readonly OverageCharge[] = []

/**
 * Pure: what units cost in addition to those that the snapshot counts: the rounded cost of their window with them, less that without them.
 * So the charges of a window sum to the cost of its units, however they are divided.
 */
export function chargesFor(snapshot: AccountSnapshot, feature: string, parts: readonly OverageUnits[]) {
  if (snapshot.overage === null || !parts.some(({ overage }) => overage)) return NO_CHARGES
  const counted = new Map<string, number>()
  return parts.flatMap(({ window, overage, units }): OverageCharge[] => {
    if (!overage || !window) return []
    const use = { feature, windowStart: window.start, windowEnd: window.end, tariff: overage.tariff }
    const key = overageKey(use)
    const before = counted.get(key) ?? snapshot.overage!.find((known) => overageKey(known) === key)?.used ?? 0
    counted.set(key, before + units)
    const amountMinor = costOf(overage.tariff, before + units) - costOf(overage.tariff, before)
    const { plan, currency, tariff } = overage
    const [windowStart, windowEnd] = [window.start.toISOString(), window.end.toISOString()]
    return [{ plan, currency, tariff, units, before, amountMinor, windowStart, windowEnd }]
  })
}

/** Pure: cost of units of one currency in addition to what the snapshot counts, where the cost of each window is rounded up. */
export function highestCost(
  { overage: counted }: AccountSnapshot,
  feature: string,
  parts: readonly OverageUnits[],
  currency: string,
): number {
  const windows = new Map<string, { readonly tariff: string; readonly before: number; readonly units: number }>()
  for (const { overage, window, units } of parts) {
    if (overage?.currency !== currency || !window) continue
    const { tariff } = overage
    const key = overageKey({ feature, windowStart: window.start, windowEnd: window.end, tariff })
    const before = counted?.find((known) => overageKey(known) === key)?.used ?? 0
    const known = windows.get(key) ?? { tariff, before, units: 0 }
    windows.set(key, { ...known, units: known.units + units })
  }
  let sum = 0
  for (const { tariff, before, units } of windows.values())
    sum += costUp(tariff, before + units) - costOf(tariff, before)
  return sum
}

/** Identity of a row: window and tariff of a feature. */
export const overageKey = ({
  feature,
  windowStart,
  windowEnd,
  tariff,
}: Pick<OverageUsage, 'feature' | 'windowStart' | 'windowEnd' | 'tariff'>): string =>
  `${feature} ${windowStart.getTime()} ${windowEnd.getTime()} ${tariff}`
