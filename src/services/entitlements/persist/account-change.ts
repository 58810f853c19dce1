import type { UseTexts } from '#entities/entitlements/use-texts.js'
import type { Alert, Crossing } from '../model/alert.js'
import type { LedgerEntryKind } from '#entities/entitlements/ledger-entry.entity.js'
import type { ReservationStatus } from '#entities/entitlements/reservation-state.js'
import type { SnapshotRow } from '../snapshot/snapshot.sql.js'
import type { EntryPrice } from '#entities/entitlements/usage-price.js'
import type {
  Grant,
  OpenReservation,
  OverageUsage,
  RatedUsage,
  SpendCap,
  WindowUsage,
} from '../model/account-snapshot.js'

/** Caller, idempotency key and input of an operation: calls with equal values are the same call. */
export interface OperationKey {
  readonly principal: string
  readonly mutation: string
  readonly key: string
  readonly request: string
  /** API key of the caller. Absent for users, sessions and work of the server. */
  readonly apiKeyId?: string | null
}

/** A movement of the ledger, at its place within the account's next version. */
export interface NewEntry extends UseTexts {
  readonly operationNo: number
  readonly entryNo: number
  readonly kind: LedgerEntryKind
  readonly feature: string
  readonly grantId: string | null
  readonly windowStart: Date | null
  readonly windowEnd: Date | null
  readonly amount: number
  readonly balanceAfter: number
  readonly source: string | null
  readonly at: Date
  readonly reservation: string | null
  /** On an operation's first entry alone. */
  readonly key: OperationKey | null
  readonly total: number | null
  /** Price of work by a rate card, and cost of overage. On an operation's first entry alone. */
  readonly price: EntryPrice | null
  /** Sub-account that uses the units. */
  readonly subAccountId: string | null
  /** Member who uses the units. */
  readonly userId: string | null
}

export interface ReservationWrite extends OpenReservation {
  readonly status: ReservationStatus
  readonly closedAt: Date | null
}

/** A resource that is counted from now on, or no longer. */
export interface AllocationWrite {
  readonly feature: string
  readonly resourceId: string
  readonly held: boolean
}

/** Why the account's version is raised; one event for all that is written together. */
export interface ChangeEvent {
  readonly type: string
  readonly summary: string
  readonly subject?: { readonly __typename: string; readonly id: string } | null
  readonly data: Record<string, unknown>
  /**
   * True if the event is also written to the outbox unchanged, because no other outbox entry notifies integrations and
   * webhooks.
   */
  readonly outbox?: boolean
}

/** An idempotency key of an operation: nothing is written if it was used. */
export interface KeyProbe extends Omit<OperationKey, 'request' | 'apiKeyId'> {
  /** The operation's number among those that were decided together. */
  readonly index: number
}

/** Assumed state of a resource: nothing is written if it differs. */
export interface AllocationProbe {
  readonly index: number
  readonly feature: string
  readonly resourceId: string
  readonly held: boolean
}

/** A reservation that is assumed to have ended by its time, and is committed late: nothing is written if it has not, or was committed. */
export interface ReservationProbe {
  readonly index: number
  readonly version: number
  readonly operationNo: number
}

/**
 * All writes for one account, decided on a snapshot of one version. They are applied together if the account still has
 * that version, otherwise not at all. Applying them increments the version.
 */
export interface AccountChange {
  readonly accountId: string
  /** The version of the facts. */
  readonly version: number
  readonly at: Date
  /** Null: nothing is written, the version is proved alone. */
  readonly event: ChangeEvent | null
  readonly entries: readonly NewEntry[]
  /** Whole rows, as they are from now on; `isNew` says whether there was none, `isRecounted` whether another period is counted. */
  readonly usage: readonly (WindowUsage & { readonly isNew: boolean })[]
  /** Whole rows of units beyond allowances. */
  readonly overage: readonly (OverageUsage & { readonly isNew: boolean })[]
  /** Whole rows of the lines of rate cards. */
  readonly rated: readonly (RatedUsage & { readonly isNew: boolean })[]
  /** Caps that were used. */
  readonly caps: readonly SpendCap[]
  /** Alerts that were crossed, or whose state changed otherwise. */
  readonly alerts: readonly Alert[]
  /** Crossings of alerts and of levels of caps. */
  readonly crossings: readonly Crossing[]
  readonly grants: readonly (Grant & { readonly open: boolean; readonly isRecounted: boolean })[]
  readonly newGrants: readonly (Grant & { readonly causeType: string; readonly causeId: string })[]
  readonly reservations: readonly ReservationWrite[]
  readonly allocations: readonly AllocationWrite[]
  readonly debts: readonly { readonly feature: string; readonly amount: number }[]
  /** Next sweep of the account's reservations. Null: unchanged. */
  readonly sweepAt: Date | null
  /** True if the cost of its overage has reached the threshold at which it is invoiced. */
  readonly isOverageDue: boolean
  readonly keyProbes: readonly KeyProbe[]
  readonly allocationProbes: readonly AllocationProbe[]
  readonly reservationProbes: readonly ReservationProbe[]
}

/** An operation that an earlier call under the same key has done. */
export interface ReplayedOperation {
  readonly index: number
  readonly version: number
  readonly operationNo: number
  readonly request: string
}

/** A resource that was otherwise than taken for granted, and how it is. False for a reservation that was committed. */
export interface StaleAllocation {
  readonly index: number
  readonly held: boolean
}

/** Result of a change. */
export interface PersistResult {
  /** True if the account had the version that the change was decided on: then all of it is written. */
  readonly applied: boolean
  readonly replays: readonly ReplayedOperation[]
  readonly staleAllocations: readonly StaleAllocation[]
  /** State of the account at a later version. Null if none was requested, or if the later version was committed after the statement began. */
  readonly current: SnapshotRow | null
}
