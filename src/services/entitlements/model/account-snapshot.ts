import type { Raise } from '#entities/entitlements/raise.js'
import type { UseTexts } from '#entities/entitlements/use-texts.js'
import type { Alert } from './alert.js'
import type { CapPeriod } from '#entities/entitlements/spend-cap.entity.js'
import type { HeldPart, ReservationTerms } from '#entities/entitlements/reservation.entity.js'
import type { CatalogPackage, CatalogPlan, CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { heldPlans } from './held-plans.js'
import type { OverageThreshold } from './overage-threshold.js'
import type { SaleHold } from '../sale/sale-hold.js'
import type { EntitlementSource } from './entitlement.js'
import type { Buyer } from '#services/kernel/denials/denial.js'
import { isAfter } from '#services/kernel/clock/compare-dates.js'

/** A plan that an account holds, and why. */
export interface HeldPlan {
  /** With the prices of use in the currency of the subscription. */
  readonly plan: CatalogPlan
  /** Null for a default plan. */
  readonly assignment: Assignment | null
}

export interface Assignment {
  readonly id: string
  readonly planVersionId: string
  readonly groupCode: string
  readonly sourceType: string
  readonly sourceId: string
  readonly quantity: number
  /** Currency of a subscription. Null for other sources. */
  readonly currency: string | null
  readonly since: Date
  /** Start of its billing periods. */
  readonly billingAnchor: Date
  /** Use in billing periods that began before counts no longer: the trial ended early. Null if it did not. */
  readonly windowsSince: Date | null
  readonly periodEnd: Date | null
  readonly expiresAt: Date | null
  /** Changes within the paid period whose added units are in proportion to their money. Absent or null if there were none. */
  readonly raises?: readonly Raise[] | null
}

/** An add-on or another package that an account holds, in the version that it took. */
export interface HeldPackage {
  readonly id: string
  readonly package: CatalogPackage
  readonly quantity: number
  readonly since: Date
  readonly endsAt: Date | null
  /** Units that were added within the paid period. Absent or null if there were none. */
  readonly raises?: readonly Raise[] | null
}

/** An operator's decision. */
export interface Override {
  readonly id: string
  readonly feature: string
  readonly amount: number | null
  readonly unlimited: boolean
  readonly reason: string
  readonly since: Date
  readonly until: Date | null
}

/** A dated amount of credits or of a quota, and what became of it so far. */
export interface Grant {
  readonly id: string
  readonly feature: string
  readonly amount: number
  readonly used: number
  readonly reserved: number
  readonly expired: number
  readonly revoked: number
  readonly grantedAt: Date
  /** The beginning of the period in which it was last used, else when it was granted. */
  readonly usagePeriodStart: Date
  /** Units used before then. */
  readonly usedBeforePeriod: number
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
  readonly sourceKind: EntitlementSource['kind']
  readonly sourceCode: string
  readonly flags: readonly string[]
}

/** Unused units that have become grants. */
export interface RolledOver {
  /** Windows that ended by then have rolled over. */
  readonly until: Date
  /** Grants among `grants` that the next change of the account writes. */
  readonly unwritten: readonly Grant[]
  /** Debts before those grants repay them. Null if all grants are written. */
  readonly writtenDebts: AccountSnapshot['debts'] | null
}

/** Use of an allowance in one window; it counts until the window's end, whatever plan the account has by then. */
export interface WindowUsage {
  readonly feature: string
  readonly windowStart: Date
  readonly windowEnd: Date
  readonly used: number
  readonly reserved: number
}

/** Units beyond an allowance in one window, at one tariff. */
export interface OverageUsage {
  readonly feature: string
  readonly windowStart: Date
  readonly windowEnd: Date
  /** Text of the tariff. */
  readonly tariff: string
  readonly used: number
  readonly reserved: number
  /** Used units that an invoice of the server charges. */
  readonly invoiced: number
}

/** Quantity of a line of a rate card in one window. */
export interface RatedUsage {
  readonly feature: string
  /** Key of the line. */
  readonly line: string
  readonly windowStart: Date
  readonly windowEnd: Date
  readonly quantity: number
  /** Fraction of a unit of the line's exact price, in 10^-15 units. */
  readonly fraction: number
}

/** Most units of a feature in a period, or their highest cost beyond the allowance, and the use of its last period. */
export interface SpendCap {
  readonly id: string
  readonly feature: string
  readonly period: CapPeriod
  /** True if the account cannot change it. */
  readonly setByOperator: boolean
  /** Units, or money in the smallest unit of `currency`. */
  readonly amount: number
  /** Null for a cap in units. */
  readonly currency: string | null
  /** Sub-account whose use it limits. Null: the whole account. */
  readonly subAccountId: string | null
  /** Member whose use it limits. Null: all of them. */
  readonly userId: string | null
  /** Ascending. */
  readonly alertPercents: readonly number[]
  readonly periodStart: Date
  /** Units, or their cost in the smallest unit of `currency`. */
  readonly used: number
  /** Billionths of the smallest unit by which the cost of a member is rounded up. 0 for other caps. */
  readonly roundedUp: number
}

/** A hold that is neither committed nor released. Its place names it. */
export interface OpenReservation extends UseTexts {
  readonly version: number
  readonly operationNo: number
  readonly feature: string
  readonly amount: number
  readonly parts: readonly HeldPart[]
  /** Null: the units are released at the end. */
  readonly terms: ReservationTerms | null
  /** Sub-account for which the units are held. */
  readonly subAccountId: string | null
  /** Member whose use they are. */
  readonly userId: string | null
  readonly expiresAt: Date
  readonly createdAt: Date
}

/** Member count of an account from a time on. */
export interface MemberCount {
  readonly at: Date
  readonly members: number
  readonly peak: number
}

/**
 * Everything needed to decide about one account, read by one statement at one version. It is valid as long as the
 * account has that version. It includes future starts and ends, so `snapshotAt` can evaluate another time.
 */
export interface AccountSnapshot {
  readonly accountId: string
  readonly accountName: string
  readonly version: number
  readonly createdAt: Date
  /** IANA name. Null if the account has none. */
  readonly timeZone: string | null
  /** The business time of `held` and of the evaluation. */
  readonly at: Date
  readonly assignments: readonly Assignment[]
  /** Plans of subscriptions that have ended since the oldest time of a fact; `expiresAt` is their end. Absent: none. */
  readonly past?: readonly Assignment[]
  /** One plan for each group of the catalog; the default group first. */
  readonly held: readonly HeldPlan[]
  readonly packages: readonly HeldPackage[]
  readonly overrides: readonly Override[]
  /** Those that something can still come of, in the order in which they are taken: earliest expiry, then oldest. */
  readonly grants: readonly Grant[]
  readonly usage: readonly WindowUsage[]
  /** Null if the catalog has no overage, and for a past time. */
  readonly overage: readonly OverageUsage[] | null
  /** Decision of an operator. Null: there is none. */
  readonly overageThreshold: OverageThreshold | null
  /** Reason and time of the end of overage. Null if it does not end. */
  readonly unitsHold: SaleHold | null
  /** Rollover of its grants. Null if nothing of the catalog rolls over. */
  readonly rolled: RolledOver | null
  /** Empty if the catalog has no rate card. */
  readonly rated: readonly RatedUsage[]
  /** Empty if the catalog allows no cap. */
  readonly caps: readonly SpendCap[]
  /** Without those on forecasts. Empty if the catalog allows neither alerts nor top-ups. */
  readonly alerts: readonly Alert[]
  /** Number of allocated resources by limit. */
  readonly allocated: Readonly<Record<string, number>>
  readonly reservations: readonly OpenReservation[]
  /** Units used from grants that were revoked later, by feature; later grants repay them first. */
  readonly debts: Readonly<Record<string, number>>
  /** Ascending; empty: one member. */
  readonly members: readonly MemberCount[]
  /** Next sweep of the account's reservations. Null if none is scheduled. */
  readonly sweepAt: Date | null
  /** Account whose pools this one uses. Null: none, and if the catalog has no pools. */
  readonly parentId: string | null
  /** Accounts that use the pools of this one. */
  readonly subAccounts: ReadonlySet<string>
  /** Snapshot of the parent account, where the reader added it. */
  readonly pool: AccountSnapshot | null
}

/** The account of a snapshot as remedies name it. */
export const buyerOf = ({ accountId, version }: AccountSnapshot): Buyer => ({ accountId, version })

export const NO_SUB_ACCOUNTS: ReadonlySet<string> = new Set()

/** The state of a new account, or of one that could not be read: the default plans. Version 0 states that nothing was read. */
export const newAccountSnapshot = (catalog: CatalogSnapshot, at: Date, accountId = ''): AccountSnapshot => ({
  accountId,
  accountName: '',
  version: 0,
  createdAt: at,
  timeZone: null,
  at,
  assignments: [],
  held: heldPlans(catalog, [], at),
  packages: [],
  overrides: [],
  grants: [],
  usage: [],
  overage: null,
  overageThreshold: null,
  unitsHold: null,
  rolled: null,
  rated: [],
  caps: [],
  alerts: [],
  allocated: {},
  reservations: [],
  debts: {},
  members: [],
  sweepAt: null,
  parentId: null,
  subAccounts: NO_SUB_ACCOUNTS,
  pool: null,
})

/** The same facts at another moment of business time. */
export function snapshotAt(catalog: CatalogSnapshot, snapshot: AccountSnapshot, at: Date): AccountSnapshot {
  if (snapshot.at.getTime() === at.getTime()) return snapshot
  const moved = snapshot.assignments.some(
    ({ since, expiresAt }) =>
      crosses(since, snapshot.at, at) || (expiresAt !== null && crosses(expiresAt, snapshot.at, at)),
  )
  return { ...snapshot, at, held: moved ? heldPlans(catalog, snapshot.assignments, at) : snapshot.held }
}

const crosses = (moment: Date, from: Date, to: Date): boolean => isAfter(moment, from) !== isAfter(moment, to)

/** The plan that gates deployments and that `account.plan` shows. */
export const mainPlan = (snapshot: AccountSnapshot): HeldPlan => snapshot.held[0]!
