import { isAfter } from '#services/kernel/clock/compare-dates.js'

/**
 * A kind of sale to an account: units beyond an allowance, which are charged after their use; packs, templates and new subscriptions, which
 * are paid first; and higher terms of its subscription.
 */
export type Sale = 'UNITS' | 'PREPAID' | 'TERMS'

/** Facts about the payments of an account for which something is not sold, and the sales that they end. */
const ENDED_SALES = {
  /** The account is scheduled for deletion. */
  DELETION_SCHEDULED: ['PREPAID', 'TERMS'],
  /** The bank has not decided about a disputed payment. */
  DISPUTED: ['UNITS', 'PREPAID', 'TERMS'],
  /** The bank took money for units back, and it was not paid again. */
  CHARGED_BACK: ['UNITS'],
  /** A payment for the running period failed. */
  PERIOD_UNPAID: ['UNITS', 'TERMS'],
  /** The seller voided the invoice of the running period. */
  PERIOD_VOIDED: ['UNITS', 'TERMS'],
  /** An invoice for use was not paid in its grace period. */
  OVERAGE_UNPAID: ['UNITS'],
  /** No payment method is stored that could be charged. */
  NO_PAYMENT_METHOD: ['UNITS'],
} as const satisfies Readonly<Record<string, readonly Sale[]>>

export type HoldReason = keyof typeof ENDED_SALES

export const HOLD_REASONS = Object.keys(ENDED_SALES) as readonly HoldReason[]

/** State of payment of an account: the time from which each fact holds, which can be in the future. Null: it does not hold. */
export type PaymentState = Readonly<Record<HoldReason, Date | null>>

/** Reason for which a sale ends, and its time. */
export interface SaleHold {
  readonly reason: HoldReason
  readonly from: Date
}

/** Pure: the first hold of a sale, now or in the future. Nothing unpaid is sold again: every sale to an account is decided here. */
export function saleHold(state: PaymentState, sale: Sale): SaleHold | null {
  const holds = HOLD_REASONS.flatMap((reason): SaleHold[] => {
    const from = state[reason]
    return from && (ENDED_SALES[reason] as readonly Sale[]).includes(sale) ? [{ reason, from }] : []
  })
  return holds.toSorted((one, other) => one.from.getTime() - other.from.getTime())[0] ?? null
}

/** Pure: the hold if it is in force at a time. */
export const holdAt = (hold: SaleHold | null, at: Date): SaleHold | null =>
  hold && !isAfter(hold.from, at) ? hold : null
