import type { AutoTopUpRow, TopUpStop } from '#entities/billing/auto-top-up.entity.js'
import type { HoldReason } from '#services/entitlements/sale/sale-hold.js'
import { calendarMonth } from '#services/entitlements/model/quota-window.js'

/** State of an account when a crossing is processed, read under its lock. */
export interface TopUpInput {
  readonly auto: Pick<AutoTopUpRow, 'amountMinor' | 'currency' | 'maxPerMonth' | 'endedAt' | 'stoppedAt'>
  readonly threshold: number
  readonly balance: number
  /** Present price of the pack with its quantity. Null if it is not for sale. */
  readonly price: { readonly amountMinor: number; readonly currency: string } | null
  /** True if an earlier top-up of the feature can still succeed. */
  readonly isOpen: boolean
  /** Top-ups of the feature in the calendar month that were paid or can still succeed. */
  readonly inMonth: number
  /** True if money of an earlier top-up under the same terms was refunded or charged back. */
  readonly isReversed: boolean
  /** Reason for which no purchase is possible. Null: none. */
  readonly hold: HoldReason | null
  readonly hasMethod: boolean
  readonly at: Date
}

export type TopUpDecision =
  | { readonly kind: 'charge'; readonly amountMinor: number }
  /** Nothing to buy: the balance has risen, an earlier top-up can still raise it, or the terms are not in force. */
  | { readonly kind: 'skip' }
  | { readonly kind: 'wait'; readonly until: Date }
  | { readonly kind: 'stop'; readonly reason: TopUpStop }

/** Pure: whether a crossing causes a charge. The charge is never more than the account agreed to. */
export function decideTopUp(input: TopUpInput): TopUpDecision {
  const { auto, price } = input
  if (auto.endedAt || auto.stoppedAt || input.isOpen || input.balance >= input.threshold) return { kind: 'skip' }
  if (input.isReversed) return { kind: 'stop', reason: 'REVERSED' }
  if (input.hold === 'DELETION_SCHEDULED') return { kind: 'skip' }
  if (input.hold) return { kind: 'stop', reason: 'DISPUTED' }
  if (!price) return { kind: 'stop', reason: 'NOT_FOR_SALE' }
  if (price.currency !== auto.currency || price.amountMinor > auto.amountMinor)
    return { kind: 'stop', reason: 'PRICE_CHANGED' }
  if (input.inMonth >= auto.maxPerMonth) return { kind: 'wait', until: calendarMonth(input.at).end }
  if (!input.hasMethod) return { kind: 'stop', reason: 'NO_PAYMENT_METHOD' }
  return { kind: 'charge', amountMinor: price.amountMinor }
}
