import type { PeriodAllowance, UnusedLine, UnusedTimeOfChange } from '#entities/billing/subscription-change.entity.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { loadSnapshot } from '#services/entitlements/snapshot/load-snapshot.js'
import { windowOf } from '#services/entitlements/model/entitlement-sources.js'
import {
  allowanceInPeriod,
  allowanceUse,
  carriedUse,
  type PaidPeriod,
} from '#services/entitlements/usage/allowance-use.js'
import type { SubscriptionState } from './load-subscription-state.js'
import { periodAmounts } from './period-amounts.js'
import { billsFor, listedOf, paidFor, unpaidPrice } from './paid-bills.js'
import { wasLowered } from './was-lowered.js'
import { givenUpBy, type ChangeTerms, type GivenUpLine } from './given-up-lines.js'

/**
 * Reads the paid time that a change forfeits. Null if the policy does not apply, because the change is not immediate or
 * does not lower the price. Without lines if the policy grants nothing. A line without a paid invoice is excluded, and
 * so is the part of its price that is invoiced and not paid: unpaid time is not credited.
 */
export async function loadUnusedTime(
  sql: Sql,
  catalog: CatalogSnapshot,
  state: SubscriptionState,
  change: ChangeTerms,
  now: Date,
): Promise<UnusedTimeOfChange | null> {
  const givenUp = givenUpBy(catalog, state, change, {
    wasLowered: await wasLowered(sql, catalog, state, change),
  })
  if (!givenUp) return null
  const { beginsPeriod, isRaise } = givenUp
  const { currency } = state.price.money
  if (catalog.unusedTime === 'NONE' && !isRaise) return { currency, beginsPeriod, lines: [] }
  const bills = await billsFor(sql, state.subscription, { isPaid: true })
  const unpaid = await billsFor(sql, state.subscription, { isPaid: false })
  const snapshot = await loadSnapshot(sql, catalog, state.subscription.accountId, now)
  const lines: UnusedLine[] = []
  for (const line of givenUp.lines) {
    const paid = paidFor(catalog, bills, line, now)
    if (!paid || !snapshot) continue
    const catalogLines = paid.bill.lines.filter(({ priceId }) => priceId !== null)
    const { paidMinor } = periodAmounts({ ...paid.bill, catalogLines })
    lines.push({
      description: line.description,
      quantity: line.quantity,
      priceMinor: Math.max(0, line.priceMinor - Math.ceil(unpaidPrice(catalog, unpaid, line, paid.period, now))),
      paidMinor,
      listedMinor: catalogLines.reduce((sum, billed) => sum + listedOf(catalog, billed, paid.period), 0),
      periodStart: paid.period.start.toISOString(),
      periodEnd: paid.period.end.toISOString(),
      allowances: await allowancesOf(sql, catalog, snapshot, { line, period: paid.period, state }),
    })
  }
  return { currency, beginsPeriod, lines }
}

/** The same with the current usage: an account can use its allowance until the change takes effect. */
export async function withUseByNow(
  sql: Sql,
  accountId: string,
  unused: UnusedTimeOfChange,
): Promise<UnusedTimeOfChange> {
  const lines: UnusedLine[] = []
  for (const line of unused.lines) {
    const features = line.allowances.map(({ feature }) => feature)
    const used = await allowanceUse(sql, { accountId, features, since: new Date(line.periodStart) })
    const allowances = line.allowances.map((one) => ({
      ...one,
      used: Math.max(one.used, (used.get(one.feature) ?? 0) + (one.carried ?? 0)),
    }))
    lines.push({ ...line, allowances })
  }
  return { ...unused, lines }
}

async function allowancesOf(
  sql: Sql,
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  {
    line,
    period,
    state,
  }: { readonly line: GivenUpLine; readonly period: PaidPeriod; readonly state: SubscriptionState },
): Promise<PeriodAllowance[]> {
  const granted = line.grants.flatMap(({ feature, enabled, unlimited, amount }) => {
    if (!enabled || unlimited || !amount) return []
    const inPeriod = allowanceInPeriod(catalog, snapshot, feature.code, period)
    return inPeriod === null ? [] : [{ feature: feature.code, ...inPeriod }]
  })
  const features = granted.map(({ feature }) => feature)
  const { accountId } = snapshot
  const used = await allowanceUse(sql, { accountId, features, since: period.start })
  const ofPeriods = features.filter((code) => {
    const feature = catalog.features.get(code)
    return feature && windowOf(snapshot, feature).window === 'billing_period'
  })
  const before = (await wasCredited(sql, state, period))
    ? new Map<string, number>()
    : await carriedUse(sql, { accountId, features: ofPeriods, into: period.start })
  return granted.map((one) => {
    const carried = before.get(one.feature) ?? 0
    return { ...one, used: (used.get(one.feature) ?? 0) + carried, ...(carried > 0 ? { carried } : {}) }
  })
}

/** The provider can begin a period some seconds after the change that begins it. */
const AT_START_MS = 60_000

/** True if the change that began a period credited the earlier one by its unused allowance, so that the earlier use is paid. */
async function wasCredited(
  { query }: Sql,
  { subscription }: SubscriptionState,
  { start }: PaidPeriod,
): Promise<boolean> {
  const found = await query
    .selectFrom('subscription_change')
    .select('id')
    .where('accountId', '=', subscription.accountId)
    .where('subscriptionId', '=', subscription.id)
    .where('status', '=', 'APPLIED')
    .where('unusedTime', 'is not', null)
    .where('asOf', '>=', new Date(start.getTime() - AT_START_MS))
    .where('asOf', '<=', new Date(start.getTime() + AT_START_MS))
    .executeTakeFirst()
  return found !== undefined
}
