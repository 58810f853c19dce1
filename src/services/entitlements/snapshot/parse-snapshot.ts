import type { HoldReason, SaleHold } from '../sale/sale-hold.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { OverageThreshold } from '../model/overage-threshold.js'
import type { Alert } from '../model/alert.js'
import type {
  Assignment,
  Grant,
  HeldPackage,
  MemberCount,
  OpenReservation,
  OverageUsage,
  Override,
  RatedUsage,
  SpendCap,
  AccountSnapshot,
  WindowUsage,
} from '../model/account-snapshot.js'

/** A value as JSON carries it: dates are text. */
type Json<Value> = {
  readonly [Name in keyof Value]: Value[Name] extends Date
    ? string
    : Value[Name] extends Date | null
      ? string | null
      : Value[Name]
}

/** Lists of the snapshot as the statement returns them. Null: empty. */
export interface SnapshotJson {
  readonly assignments: readonly Json<Assignment>[] | null
  /** Absent if the catalog has no overage, and for a past time. */
  readonly past?: readonly Json<Assignment>[] | null
  readonly packages: readonly PackageJson[] | null
  readonly overrides: readonly Json<Override>[] | null
  readonly grants: readonly Json<Grant>[] | null
  readonly usage: readonly Json<WindowUsage>[] | null
  readonly overageThreshold?: Json<OverageThreshold> | null
  readonly overageEndsAt?: string | null
  readonly overageEndReason?: HoldReason | null
  /** Absent if the catalog has no overage, and for a past time. */
  readonly overage?: readonly Json<OverageUsage>[] | null
  /** Absent if the catalog has no rate card. */
  readonly rated?: readonly Json<RatedUsage>[] | null
  /** Absent if the catalog allows no cap. */
  readonly caps?: readonly Json<SpendCap>[] | null
  /** Absent if the catalog allows neither alerts nor top-ups. */
  readonly alerts?: readonly Json<Alert>[] | null
  readonly allocated: AccountSnapshot['allocated'] | null
  readonly reservations: readonly Json<OpenReservation>[] | null
  readonly debts: AccountSnapshot['debts'] | null
  readonly members: readonly Json<MemberCount>[] | null
  readonly sweepAt: string | null
  /** Absent if the catalog has no pools. */
  readonly parentId?: string | null
  readonly subAccounts?: readonly string[] | null
}

interface PackageJson extends Omit<Json<HeldPackage>, 'package'> {
  readonly packageVersionId: string
}

const date = (text: string): Date => new Date(text)
const dateOrNull = (text: string | null): Date | null => (text === null ? null : new Date(text))

export const toAssignment = (row: Json<Assignment>): Assignment => ({
  ...row,
  since: date(row.since),
  billingAnchor: date(row.billingAnchor),
  windowsSince: dateOrNull(row.windowsSince),
  periodEnd: dateOrNull(row.periodEnd),
  expiresAt: dateOrNull(row.expiresAt),
})

/** A version that this process does not know grants nothing; it was loaded by a newer one, which knows. */
export const toPackages = (catalog: CatalogSnapshot, rows: readonly PackageJson[]): HeldPackage[] =>
  rows.flatMap(({ packageVersionId, since, endsAt, ...row }) => {
    const sold = catalog.packageByVersionId.get(packageVersionId)
    return sold ? [{ ...row, package: sold, since: date(since), endsAt: dateOrNull(endsAt) }] : []
  })

export const toOverride = (row: Json<Override>): Override => ({
  ...row,
  since: date(row.since),
  until: dateOrNull(row.until),
})

export const toGrant = (row: Json<Grant>): Grant => ({
  ...row,
  grantedAt: date(row.grantedAt),
  usagePeriodStart: date(row.usagePeriodStart),
  expiresAt: dateOrNull(row.expiresAt),
  revokedAt: dateOrNull(row.revokedAt),
})

export const toWindowUse = (row: Json<WindowUsage>): WindowUsage => ({
  ...row,
  windowStart: date(row.windowStart),
  windowEnd: date(row.windowEnd),
})

export const toOverageUsage = (row: Json<OverageUsage>): OverageUsage => ({
  ...row,
  windowStart: date(row.windowStart),
  windowEnd: date(row.windowEnd),
})

export const toRatedUsage = (row: Json<RatedUsage>): RatedUsage => ({
  ...row,
  windowStart: date(row.windowStart),
  windowEnd: date(row.windowEnd),
})

export const toOverageThreshold = ({ overageThreshold: set }: Pick<SnapshotJson, 'overageThreshold'>) =>
  set ? { ...set, since: date(set.since) } : null

/** Reason and time from which no units are sold beyond an allowance. */
export const toUnitsHold = ({
  overageEndsAt,
  overageEndReason,
}: Pick<SnapshotJson, 'overageEndsAt' | 'overageEndReason'>): SaleHold | null =>
  overageEndsAt && overageEndReason ? { reason: overageEndReason, from: date(overageEndsAt) } : null

export const toSpendCap = (row: Json<SpendCap>): SpendCap => ({ ...row, periodStart: date(row.periodStart) })

export const toAlert = (row: Json<Alert>): Alert => ({ ...row, basedAt: dateOrNull(row.basedAt) })

export const toReservation = (row: Json<OpenReservation>): OpenReservation => ({
  ...row,
  expiresAt: date(row.expiresAt),
  createdAt: date(row.createdAt),
})

export const toMemberCount = (row: Json<MemberCount>): MemberCount => ({ ...row, at: date(row.at) })
