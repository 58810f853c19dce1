import type { UseTexts } from '#entities/entitlements/use-texts.js'
import type { LedgerEntryKind } from '#entities/entitlements/ledger-entry.entity.js'
import type { OperationKey } from '../persist/account-change.js'
import type { EntryPrice, OveragePrice } from '#entities/entitlements/usage-price.js'
import type { Window } from '../model/quota-window.js'

/** A part of an amount, from a grant or from an allowance window. */
export interface AmountPart {
  readonly grantId: string | null
  readonly window: Pick<Window, 'start' | 'end'> | null
  readonly amount: number
  /** Kind and code, as `PLAN pro`. */
  readonly source: string
  /** Price of units beyond the allowance. Absent for others. */
  readonly overage?: OveragePrice
}

/** The only part of work that costs nothing. It moves nothing, and carries the idempotency key and the price. */
export const NO_UNITS: AmountPart = { grantId: null, window: null, amount: 0, source: 'RATE_CARD' }

/** Changes of a part: used, reserved, expired and revoked units. */
export interface LedgerMovement {
  readonly kind: LedgerEntryKind
  readonly used?: number
  readonly reserved?: number
  readonly expired?: number
  readonly revoked?: number
  /** Change of the units used before the present period. */
  readonly usedBeforePeriod?: number
  /** Of the ledger: positive is given. */
  readonly amount: number
}

/** Fields shared by all ledger entries of one operation. */
export interface OperationContext extends Partial<UseTexts> {
  readonly feature: string
  readonly at: Date
  readonly reservation?: string | null
  readonly key?: OperationKey | null
  readonly total?: number | null
  /** Price of work by a rate card, and cost of overage. */
  readonly price?: EntryPrice | null
  /** Sub-account that uses the units. */
  readonly subAccountId?: string | null
  /** Member who uses the units. */
  readonly userId?: string | null
  /** Start of the period in which usage of grants is counted. Set for consumption. */
  readonly usagePeriodStart?: Date
}
