import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { certainUnits, costOf } from '#services/catalog/tariffs/price-units.js'
import { tariffOf } from '#services/catalog/tariffs/tariff.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import type { Money } from '#services/kernel/money/money.js'
import type { AccountSnapshot, OverageUsage } from './account-snapshot.js'

/** Kind of the scheduled job that invoices overage whose cost has reached the threshold. Its key is the account ID. */
export const OVERAGE_INVOICE = 'overage.invoice'

/** Cost at which overage is invoiced before its window ends. */
export interface OverageThreshold {
  /** Null: that of the plan. */
  readonly money: Money | null
  /** Time from which it applies. The cost of earlier use reaches it at this time, as one amount. */
  readonly since: Date
}

/**
 * Pure: the threshold of an account: that of an operator, otherwise the lowest of the plans that its subscriptions pay. Null if there is none.
 */
export function overageThreshold({ held, overageThreshold: set }: AccountSnapshot) {
  const charging = held.flatMap(({ plan, assignment }) => {
    const [tariff] = plan.features.flatMap(({ overage }) => overage?.tariff ?? [])
    if (assignment?.sourceType !== 'subscription' || tariff === undefined) return []
    // An amount in another currency says nothing about this subscription.
    const isSet = set?.money?.currency === tariffOf(tariff).currency
    return [{ money: isSet ? set.money : plan.overageThreshold, since: assignment.since }]
  })
  const [lowest] = charging
    .flatMap(({ money, since }) => (money ? [{ money, since }] : []))
    .toSorted((left, right) => left.money.amountMinor - right.money.amountMinor)
  if (!lowest) return null
  return set && isAfter(set.since, lowest.since) ? { ...lowest, since: set.since } : lowest
}

/** Pure: the rows that count for a threshold. Those of ended windows, and of features with a meter, are charged without it. */
export const countedForThreshold = <Row extends Pick<OverageUsage, 'feature' | 'tariff' | 'windowEnd'>>(
  { features }: Pick<CatalogSnapshot, 'features'>,
  rows: readonly Row[],
  { currency }: Money,
  at: Date,
): Row[] =>
  rows.filter(
    ({ feature, tariff, windowEnd }) =>
      isAfter(windowEnd, at) && features.get(feature)?.overageMeter === null && tariffOf(tariff).currency === currency,
  )

/**
 * Pure: true if the cost of overage that is not invoiced has reached the threshold. Nothing is due while an earlier charge is unpaid, so that
 * one payment lifts the denial.
 */
export function isOverageDue(catalog: Pick<CatalogSnapshot, 'features'>, snapshot: AccountSnapshot): boolean {
  const threshold = snapshot.overage && !snapshot.unitsHold ? overageThreshold(snapshot) : null
  if (!threshold) return false
  const { money } = threshold
  let open = 0
  for (const { tariff, used, invoiced } of countedForThreshold(catalog, snapshot.overage!, money, snapshot.at))
    if (used > invoiced) open += Math.max(0, costOf(tariff, certainUnits(tariff, used)) - costOf(tariff, invoiced))
  return open >= money.amountMinor
}
