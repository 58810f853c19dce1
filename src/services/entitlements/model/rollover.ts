import type { RolloverDefinition } from '#services/catalog/definition/sale-terms.js'
import type { FeatureDefinition, QuotaWindow } from '#services/catalog/definition/types.js'
import type { CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { earlierOf, isAfter } from '#services/kernel/clock/compare-dates.js'
import { derivedId } from '#services/kernel/ids/ids.js'
import { snapshotAt, type AccountSnapshot, type Grant, type HeldPlan } from './account-snapshot.js'
import { allowanceOf } from './allowance.js'
import { isPooled } from './decide-route.js'
import { byDeductionOrder } from './deduction-order.js'
import { endReservations } from './end-reservations.js'
import { windowOf } from './entitlement-sources.js'
import { allowanceLeft } from './evaluate-entitlements.js'
import { periodAt } from './quota-window.js'

/** Type of the cause of grants that rolled over. */
export const ROLLOVER = 'rollover'

/** ID of the cause of what rolls over at the end of a window of a feature. */
export const rolloverCause = (accountId: string, end: Date): string => `${accountId}/${end.toISOString()}`

/** The end of the window that a cause names. */
export const endOfCause = (causeId: string): Date => new Date(causeId.split('/')[1]!)

/** A quota of a plan whose unused units roll over. */
export interface RollingQuota {
  readonly feature: FeatureDefinition
  readonly terms: RolloverDefinition
  readonly window: QuotaWindow | null
}

const known = new WeakMap<CatalogPlan, readonly RollingQuota[]>()

/** Pure: the quotas of a plan that roll over. */
export function rollingOf(plan: CatalogPlan): readonly RollingQuota[] {
  let rolling = known.get(plan)
  if (!rolling) {
    rolling = plan.features.flatMap(({ feature, enabled, rollover: terms, window }) =>
      enabled && terms ? [{ feature, terms, window: window ?? feature.window }] : [],
    )
    known.set(plan, rolling)
  }
  return rolling
}

/** A quota that rolls over by the plan that the account holds. */
interface HeldQuota extends Pick<RollingQuota, 'feature' | 'terms'>, ReturnType<typeof windowOf> {
  readonly held: HeldPlan
}

/** A feature that several plans grant has the window, and so the rollover, of the first of them. */
const heldQuotas = (snapshot: AccountSnapshot): readonly HeldQuota[] =>
  snapshot.held.flatMap((held) =>
    rollingOf(held.plan)
      .filter(({ feature: { code } }) => snapshot.held.find(({ plan }) => includes(plan, code)) === held)
      .map(({ feature, terms }) => ({ feature, terms, held, ...windowOf(snapshot, feature) })),
  )

const periodOf = ({ window, anchor, timeZone }: HeldQuota, at: Date): ReturnType<typeof periodAt> =>
  periodAt(window, anchor, at, timeZone)

const includes = (plan: CatalogPlan, code: string): boolean =>
  plan.features.some(({ feature, enabled }) => enabled && feature.code === code)

/** Pure: the next end of a window whose unused units roll over. Null if none do. */
export function nextRollover(snapshot: AccountSnapshot): Date | null {
  let next: Date | null = null
  for (const quota of heldQuotas(snapshot)) next = earlierOf(next, periodOf(quota, snapshot.at).end)
  return next
}

/**
 * Pure: true if windows may have ended since a time whose unused units roll over. A plan that has just ended is no longer in the snapshot, but the
 * sweep of its last window is due.
 */
export const mayHaveRolledOver = (snapshot: AccountSnapshot, since: Date): boolean =>
  snapshot.rolled !== null &&
  ((snapshot.sweepAt !== null && !isAfter(snapshot.sweepAt, snapshot.at)) || hasEndedSince(snapshot, since))

const hasEndedSince = (snapshot: AccountSnapshot, since: Date): boolean =>
  heldQuotas(snapshot).some((quota) => {
    const { start } = periodOf(quota, snapshot.at)
    return isAfter(start, since) && isAfter(start, quota.held.assignment?.since ?? snapshot.createdAt)
  })

/** ID of the grant of what rolls over at the end of a window. One that a won dispute grants again has another ID. */
const rolloverId = (accountId: string, feature: string, end: Date): string =>
  derivedId('grt', end, `${accountId} ${feature} ${end.getTime()}`)

/** Pure: the grants of unused units of the windows that end at a time. `before` is the snapshot of the millisecond before. */
export function rolloversAt(catalog: CatalogSnapshot, before: AccountSnapshot, end: Date): Grant[] {
  return heldQuotas(before).flatMap((quota) => {
    const { feature, terms, held } = quota
    const period = periodOf(quota, before.at)
    if (period.end.getTime() !== end.getTime() || hasRolledWithin(before, feature, period.start)) return []
    if (before.parentId !== null && isPooled(catalog, feature.code)) return []
    const amount = rolledUnits(before, feature, terms, end)
    if (amount <= 0) return []
    let expiresAt = end
    for (let count = 0; count < terms.periods; count++) expiresAt = periodOf(quota, expiresAt).end
    return [
      {
        id: rolloverId(before.accountId, feature.code, end),
        feature: feature.code,
        amount,
        used: 0,
        reserved: 0,
        expired: 0,
        revoked: 0,
        grantedAt: end,
        usagePeriodStart: end,
        usedBeforePeriod: 0,
        expiresAt,
        revokedAt: null,
        sourceKind: 'ROLLOVER',
        sourceCode: held.plan.code,
        flags: [],
      },
    ]
  })
}

/** Reserved units do not roll over: they are used, or end with their window. */
function rolledUnits(
  before: AccountSnapshot,
  feature: FeatureDefinition,
  { percent, amount, maximum }: RolloverDefinition,
  end: Date,
): number {
  const allowance = allowanceOf(before, feature)
  if (allowance.unlimited) return 0
  const unused = allowanceLeft(allowance)
  const share = percent === null ? Math.min(unused, amount ?? 0) : shareOf(unused, percent)
  return maximum === null ? share : Math.min(share, maximum - heldUnits(before, feature, end))
}

/** Multiplied in parts, so that no product exceeds the exact integers. */
const shareOf = (units: number, percent: number): number =>
  Math.floor(units / 100) * percent + Math.floor(((units % 100) * percent) / 100)

/** Units that rolled over earlier, and can be used from a time on. */
const heldUnits = (snapshot: AccountSnapshot, feature: FeatureDefinition, from: Date): number =>
  rolledOver(snapshot, feature, from).reduce(
    (sum, { amount, used, expired, revoked }) => sum + amount - used - expired - revoked,
    0,
  )

/** A change of the plan or of the time zone can begin a window that contains the end of another one. */
const hasRolledWithin = (before: AccountSnapshot, feature: FeatureDefinition, start: Date): boolean =>
  rolledOver(before, feature, before.at).some(
    ({ id, grantedAt }) => isAfter(grantedAt, start) && id === rolloverId(before.accountId, feature.code, grantedAt),
  )

/** Grants that rolled over earlier, and last longer than a time. */
const rolledOver = ({ grants }: AccountSnapshot, { code }: FeatureDefinition, at: Date): Grant[] =>
  grants.filter(
    ({ feature, sourceKind, expiresAt, revokedAt }) =>
      feature === code && sourceKind === 'ROLLOVER' && revokedAt === null && expiresAt && isAfter(expiresAt, at),
  )

/** Pure: the snapshot with more grants that are not written yet. They repay debt of their feature, as they will when they are written. */
export function withUnwritten(snapshot: AccountSnapshot, grants: readonly Grant[], until: Date): AccountSnapshot {
  const { rolled } = snapshot
  if (rolled === null) return snapshot
  const unwritten = [...rolled.unwritten, ...grants].filter(({ expiresAt }) => isAfter(expiresAt!, until))
  if (grants.length === 0 && unwritten.length === rolled.unwritten.length)
    return { ...snapshot, rolled: { ...rolled, until } }
  const before = { ...snapshot, ...asWritten(snapshot) }
  const debts = { ...before.debts }
  const repaying = unwritten.map((grant) => {
    const used = Math.min(debts[grant.feature] ?? 0, grant.amount)
    if (used === 0) return grant
    debts[grant.feature] = debts[grant.feature]! - used
    return { ...grant, used }
  })
  return {
    ...before,
    debts,
    grants: [...before.grants, ...repaying].sort(byDeductionOrder),
    rolled: { until, unwritten, writtenDebts: before.debts },
  }
}

/** Pure: grants of a snapshot that are not written yet, as they count. */
export const unwrittenGrants = ({ grants, rolled }: AccountSnapshot): Grant[] =>
  grants.filter(({ id }) => rolled?.unwritten.some((grant) => grant.id === id))

/** Pure: the parts of a snapshot that differ from what the database has. Empty if all is written. */
export function asWritten(snapshot: AccountSnapshot): Partial<Pick<AccountSnapshot, 'grants' | 'debts' | 'rolled'>> {
  const { grants, debts, rolled } = snapshot
  if (rolled === null || rolled.unwritten.length === 0) return {}
  const ids = new Set(rolled.unwritten.map(({ id }) => id))
  return {
    grants: grants.filter(({ id }) => !ids.has(id)),
    debts: rolled.writtenDebts ?? debts,
    rolled: { until: rolled.until, unwritten: [], writtenDebts: null },
  }
}

/**
 * Pure: the same facts at a later time. Unused units of the windows that ended have rolled over, window by window, as if each had been looked at
 * when it ended: nothing of the account has changed since then, or it would have another version.
 */
export function presentSnapshot(catalog: CatalogSnapshot, snapshot: AccountSnapshot, at: Date): AccountSnapshot {
  const { rolled } = snapshot
  if (rolled === null || !isAfter(at, rolled.until)) return snapshotAt(catalog, snapshot, at)
  let present = snapshotAt(catalog, snapshot, rolled.until)
  for (let step = nextStep(present); step !== null && !isAfter(step, at); step = nextStep(present)) {
    const before = endReservations(snapshotAt(catalog, present, new Date(step.getTime() - 1)))
    present = withUnwritten(snapshotAt(catalog, present, step), rolloversAt(catalog, before, step), step)
  }
  return withUnwritten(snapshotAt(catalog, present, at), [], at)
}

/** The next end of a window, or the next time at which another plan is held. */
function nextStep(snapshot: AccountSnapshot): Date | null {
  let next = nextRollover(snapshot)
  for (const { since, expiresAt } of snapshot.assignments)
    for (const moment of [since, expiresAt]) if (moment && isAfter(moment, snapshot.at)) next = earlierOf(next, moment)
  return next
}
