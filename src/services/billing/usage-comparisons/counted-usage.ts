import type { ComparisonState } from '#entities/billing/usage-comparison-account.entity.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'
import { freeOf } from '#services/entitlements/model/entitlement-sources.js'
import type { AccountSnapshot, OverageUsage, WindowUsage } from '#services/entitlements/model/account-snapshot.js'
import { overageKey } from '#services/entitlements/model/overage.js'
import { usageKey } from '#services/entitlements/usage/draft-keys.js'

export const NOTHING_COUNTED: ComparisonState = {
  usage: [],
  overage: [],
  grants: [],
  rated: [],
  caps: [],
  features: {},
}

type Counted = Omit<ComparisonState, 'features'>

/** Windows that ended this long ago are no longer needed: uses are compared at most a day later. */
const ENDED_WINDOW_MS = 2 * 86_400_000

const dated = <Row extends { readonly windowStart: string; readonly windowEnd: string }>(row: Row) => ({
  ...row,
  windowStart: new Date(row.windowStart),
  windowEnd: new Date(row.windowEnd),
})

const undated = <Row extends { readonly windowStart: Date; readonly windowEnd: Date }>(row: Row) => ({
  ...row,
  windowStart: row.windowStart.toISOString(),
  windowEnd: row.windowEnd.toISOString(),
})

/**
 * Pure: the account as if the counted usage were in the ledger. Levels and alerts are left out, because a comparison causes
 * none.
 */
export function withCounted(snapshot: AccountSnapshot, counted: Counted): AccountSnapshot {
  const used = new Map(counted.grants.map((grant) => [grant.id, grant.used]))
  const caps = new Map(counted.caps.map((cap) => [cap.id, cap]))
  return {
    ...snapshot,
    alerts: [],
    usage: added(snapshot.usage, counted.usage.map(dated), usageKey),
    overage: snapshot.overage && added(snapshot.overage, counted.overage.map(asUninvoiced), overageKey),
    grants: snapshot.grants.map((grant) => ({
      ...grant,
      used: grant.used + Math.min(used.get(grant.id) ?? 0, Math.max(0, freeOf(grant))),
    })),
    rated: counted.rated.length > 0 ? counted.rated.map(dated) : snapshot.rated,
    caps: snapshot.caps.map((cap) => {
      const own = caps.get(cap.id)
      return own ? { ...cap, periodStart: new Date(own.periodStart), used: own.used, roundedUp: own.roundedUp } : cap
    }),
  }
}

const asUninvoiced = (row: Counted['overage'][number]) => ({ ...dated(row), invoiced: 0 })

/** The rows of a snapshot with further units. */
function added<Row extends WindowUsage | OverageUsage>(
  rows: readonly Row[],
  more: readonly Omit<Row, 'reserved'>[],
  keyOf: (row: Row) => string,
): Row[] {
  const sums = new Map(rows.map((row) => [keyOf(row), row]))
  for (const row of more.map((one) => ({ ...one, reserved: 0 }) as unknown as Row)) {
    const known = sums.get(keyOf(row))
    sums.set(keyOf(row), known ? { ...known, used: known.used + row.used } : row)
  }
  return [...sums.values()]
}

/** Pure: the counted usage after a decision on `withCounted`: what the snapshot has beyond that of the ledger. */
export function countedAfter(ledger: AccountSnapshot, before: Counted, after: AccountSnapshot, now: Date): Counted {
  const old = new Date(now.getTime() - ENDED_WINDOW_MS)
  const isNeeded = ({ windowEnd }: { readonly windowEnd: Date }): boolean => isAfter(windowEnd, old)
  const grants = new Map(after.grants.map((grant) => [grant.id, grant]))
  const known = new Map(before.grants.map((grant) => [grant.id, grant.used]))
  return {
    usage: beyond(after.usage, ledger.usage, usageKey).filter(isNeeded).map(undated),
    overage: beyond(after.overage ?? [], ledger.overage ?? [], overageKey)
      .filter(isNeeded)
      .map(undated),
    grants: ledger.grants.flatMap(({ id, feature, ...grant }) => {
      const left = grants.get(id)
      // A grant that the decision has exhausted is no longer in the snapshot.
      const isOver = grant.expiresAt !== null && !isAfter(grant.expiresAt, after.at)
      const used = left ? left.used - grant.used : isOver ? (known.get(id) ?? 0) : freeOf({ id, feature, ...grant })
      return used > 0 ? [{ id, feature, used }] : []
    }),
    rated: after.rated.filter(isNeeded).map(undated),
    caps: after.caps.map(({ id, periodStart, used, roundedUp }) => ({
      id,
      periodStart: periodStart.toISOString(),
      used,
      roundedUp,
    })),
  }
}

function beyond<Row extends WindowUsage | OverageUsage>(
  rows: readonly Row[],
  others: readonly Row[],
  keyOf: (row: Row) => string,
): Row[] {
  const known = new Map(others.map((row) => [keyOf(row), row.used]))
  return rows.flatMap((row) => {
    const used = row.used - (known.get(keyOf(row)) ?? 0)
    return used > 0 ? [{ ...row, used }] : []
  })
}

/**
 * Pure: units of each feature that still count at a time. They are what a switch can record in the ledger. Units of windows that have
 * ended and of grants that have expired or were revoked no longer count.
 */
export function carriedUnits(
  { usage, overage, grants }: Counted,
  { grants: held }: Pick<AccountSnapshot, 'grants'>,
  at: Date,
): Map<string, number> {
  const units = new Map<string, number>()
  const live = [...usage, ...overage].filter(({ windowEnd }) => isAfter(new Date(windowEnd), at))
  const free = new Map(
    held
      .filter(({ expiresAt }) => expiresAt === null || isAfter(expiresAt, at))
      .map((grant) => [grant.id, Math.max(0, freeOf(grant))]),
  )
  const ofGrants = grants.map(({ id, feature, used }) => ({ feature, used: Math.min(used, free.get(id) ?? 0) }))
  for (const { feature, used } of [...live, ...ofGrants])
    if (used > 0) units.set(feature, used + (units.get(feature) ?? 0))
  return units
}
