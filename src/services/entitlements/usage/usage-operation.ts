import type { UseTexts } from '#entities/entitlements/use-texts.js'
import type { ExpiryPolicy, ReservationStatus } from '#entities/entitlements/reservation-state.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { Denied } from '#services/kernel/result/denied.js'
import type { EntitlementSource } from '../model/entitlement.js'
import type { AccountSnapshot, OpenReservation } from '../model/account-snapshot.js'
import type { CommitBasis, OverageCharge, UsagePrice, UseDetails } from '#entities/entitlements/usage-price.js'
import type { GivenProperties } from '../model/use-properties.js'
import type { Work } from '../model/work.js'
import type { ReplayedOperation, OperationKey } from '../persist/account-change.js'

/** An operation on one account. */
export type Operation =
  | (Partial<UseTexts> & {
      readonly kind: 'consume'
      readonly feature: string
      /** Sub-account that uses the pool of the account. */
      readonly subAccountId?: string
      /** User who uses the units, and whether it is a member of the account. */
      readonly userId?: string | null
      readonly isMember?: boolean
      readonly amount: number
      /** Work that the rate card prices, instead of `amount`. */
      readonly work?: Work | null
      /** Properties of the use, which the feature declares. */
      readonly properties?: GivenProperties | null
      /** Time of the usage. Null: now. */
      readonly at: Date | null
      /** True for use that has happened: it is recorded whatever is available, and no cap denies it. */
      readonly isFact?: boolean
      readonly key: OperationKey
    })
  | (Partial<UseTexts> & {
      readonly kind: 'reserve'
      readonly feature: string
      /** Sub-account that uses the pool of the account. */
      readonly subAccountId?: string
      /** User who uses the units, and whether it is a member of the account. */
      readonly userId?: string | null
      readonly isMember?: boolean
      readonly amount: number
      /** Expected work, instead of `amount`. */
      readonly work?: Work | null
      /** Properties of the use, which the feature declares. */
      readonly properties?: GivenProperties | null
      readonly expiresInSeconds: number
      readonly onExpiry?: ExpiryPolicy
      readonly key: OperationKey
    })
  | {
      readonly kind: 'extend'
      readonly reservation: ReservationPosition
      /** Sub-account of the caller, which sees only its own reservations. */
      readonly subAccountId?: string | null
      /** Null: the end stays. */
      readonly expiresInSeconds: number | null
      /** Units that are used so far. Null: unknown, or the price of `work`. */
      readonly estimate: number | null
      readonly work?: Work | null
      readonly key: OperationKey
    }
  | {
      readonly kind: 'commit'
      readonly reservation: ReservationPosition
      /** Sub-account of the caller, which sees only its own reservations. */
      readonly subAccountId?: string | null
      /** Null: all of it. */
      readonly amount: number | null
      /** Work that was done, instead of `amount`. */
      readonly work?: Work | null
      /** Cost that the provider of the work reported, in US dollars as a decimal. */
      readonly providerCost?: string | null
      /** The reservation, if it has ended by its time. Absent: it is open. */
      readonly ended?: EndedReservation
      readonly key: OperationKey
    }
  | {
      readonly kind: 'release'
      readonly reservation: ReservationPosition
      /** Sub-account of the caller, which sees only its own reservations. */
      readonly subAccountId?: string | null
      readonly key: OperationKey
    }
  | { readonly kind: 'allocate' | 'deallocate'; readonly feature: string; readonly resourceId: string }
  /** Only what has expired is returned. */
  | { readonly kind: 'sweep' }

export interface ReservationPosition {
  readonly version: number
  readonly operationNo: number
}

/** A reservation that has ended by its time, and the units that it consumed then. */
export interface EndedReservation {
  readonly reservation: OpenReservation
  readonly consumed: number
}

/** An operation with what is already known of it. */
export interface RequestedOperation {
  readonly operation: Operation
  /** An earlier call under its key. */
  readonly known: ReplayedOperation | null
  /**
   * True if the resource is already allocated; false also for an ended reservation that was committed. Null: assumed to be free (or allocated,
   * for a deallocation; or not committed).
   */
  readonly held: boolean | null
}

/** Units that were taken, and from where. */
export interface Deduction {
  readonly source: EntitlementSource
  readonly amount: number
}

export interface Consumption {
  readonly id: string
  readonly accountId: string
  readonly feature: FeatureDefinition
  readonly amount: number
  readonly taken: readonly Deduction[]
  /** Units that were not available and became debt. */
  readonly debt: number
  readonly at: Date
  /** Price of work. Null if units were consumed directly. */
  readonly price: UsagePrice | null
  /** Cost of the units that were beyond the allowance. */
  readonly charges: readonly OverageCharge[]
  /** Null for use that was reported in time. */
  readonly basis: CommitBasis | null
  /** Details that the caller stated of the use, beside its texts. */
  readonly details: UseDetails
  /** Snapshot of the account after the operation. */
  readonly snapshot: AccountSnapshot
}

export interface ReservationView {
  readonly id: string
  readonly accountId: string
  readonly feature: FeatureDefinition
  readonly amount: number
  readonly status: ReservationStatus
  /** Sub-account for which the units are held. */
  readonly subAccountId: string | null
  readonly expiresAt: Date
  readonly onExpiry: ExpiryPolicy
  /** Units that are used so far, by the latest estimate. Null without one. */
  readonly estimate: number | null
  /** Price of the expected work. Null if units were reserved directly, and outside the result of `reserve`. */
  readonly price: UsagePrice | null
  readonly snapshot: AccountSnapshot
}

export interface AllocationView {
  readonly accountId: string
  readonly feature: FeatureDefinition
  readonly resourceId: string
  /** True if the resource counts from now on. */
  readonly allocated: boolean
  readonly snapshot: AccountSnapshot
}

/** Outcome of an operation. */
export type Outcome =
  | {
      readonly kind: 'consumed'
      readonly consumption: Consumption
      /** A call that arrived together with this one and has its key consumed the units. Absent: this one did. */
      readonly isRepeated?: true
    }
  | { readonly kind: 'reservation'; readonly reservation: ReservationView }
  | { readonly kind: 'allocation'; readonly allocation: AllocationView }
  | { readonly kind: 'swept' }
  /** The first call with the key did it: its result is returned again. */
  | {
      readonly kind: 'repeated'
      readonly version: number
      readonly operationNo: number
      /** Account of the pool, and the sub-account that used it. */
      readonly pool?: { readonly accountId: string; readonly subAccount: AccountSnapshot }
    }
  | Rerouted
  | Denied

/** The operation is decided on another account: the parent, or null: the account itself, which has left the pool. */
export interface Rerouted {
  readonly kind: 'rerouted'
  readonly parentId: string | null
}
