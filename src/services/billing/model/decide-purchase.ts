import type { PurchaseStatus } from '#entities/billing/purchase-state.js'
import type { FetchedPayment } from '../providers/payments-port.js'

/** Amounts of a payment. They depend only on the current state at the provider. */
export interface PurchaseFigures {
  readonly status: PurchaseStatus
  readonly refundedMinor: number
  /** Refunds and lost disputes together, never more than was paid: a dispute lost after a refund takes nothing twice. */
  readonly reversedMinor: number
}

/** Pure: a payment's figures; null for one that did not come about. The order in which things happened does not matter. */
export function purchaseFigures(
  payment: Pick<FetchedPayment, 'status' | 'money' | 'refunds' | 'disputes'>,
): PurchaseFigures | null {
  if (payment.status === 'FAILED') return null
  if (payment.status === 'PENDING') return { status: 'PENDING', refundedMinor: 0, reversedMinor: 0 }
  const paid = payment.money.amountMinor
  const standing = payment.refunds.filter(({ status }) => status === 'PENDING' || status === 'SUCCEEDED')
  const lost = payment.disputes.filter(({ status }) => status === 'LOST')
  const refundedMinor = Math.min(paid, sum(standing))
  const reversedMinor = Math.min(paid, refundedMinor + sum(lost))
  const disputed = payment.disputes.some(({ status }) => status === 'OPEN')
  return {
    status: statusOf({ paid, refundedMinor, disputed, chargedBack: lost.length > 0 }),
    refundedMinor,
    reversedMinor,
  }
}

function statusOf(input: {
  readonly paid: number
  readonly refundedMinor: number
  readonly disputed: boolean
  readonly chargedBack: boolean
}): PurchaseStatus {
  if (input.disputed) return 'DISPUTED'
  if (input.chargedBack) return 'CHARGED_BACK'
  if (input.refundedMinor === 0) return 'PAID'
  return input.refundedMinor >= input.paid ? 'REFUNDED' : 'PARTIALLY_REFUNDED'
}

const sum = (parts: readonly { readonly amountMinor: number }[]): number =>
  parts.reduce((total, { amountMinor }) => total + amountMinor, 0)

export type PurchaseEventType =
  | 'purchase.pending'
  | 'purchase.paid'
  | 'purchase.refunded'
  | 'purchase.disputed'
  | 'purchase.charged_back'
  | 'purchase.restored'

/** Pure: event for the change of a purchase. Null if nothing changed. */
export function purchaseEvent(previous: PurchaseFigures | null, next: PurchaseFigures): PurchaseEventType | null {
  if (next.status === 'PENDING') return previous ? null : 'purchase.pending'
  const paidBefore = previous !== null && previous.status !== 'PENDING'
  if (!paidBefore && next.status === 'PAID') return 'purchase.paid'
  const was = paidBefore ? previous : { status: 'PAID', refundedMinor: 0, reversedMinor: 0 }
  if (next.status === 'DISPUTED' && was.status !== 'DISPUTED') return 'purchase.disputed'
  if (next.status === 'CHARGED_BACK' && was.status !== 'CHARGED_BACK') return 'purchase.charged_back'
  if (next.refundedMinor > was.refundedMinor) return 'purchase.refunded'
  const givenBack = next.reversedMinor < was.reversedMinor || (was.status === 'DISPUTED' && next.status !== 'DISPUTED')
  return givenBack ? 'purchase.restored' : null
}

/**
 * Pure: units to revoke. All of them if all money is refunded or disputed; otherwise the same share, rounded down in
 * the buyer's favor.
 */
export function reversedShare(
  given: number,
  purchase: { readonly status: PurchaseStatus; readonly amountMinor: number; readonly reversedMinor: number },
): number {
  if (purchase.status === 'DISPUTED') return given
  if (purchase.reversedMinor === 0) return 0
  if (purchase.reversedMinor >= purchase.amountMinor) return given
  return Number((BigInt(given) * BigInt(purchase.reversedMinor)) / BigInt(purchase.amountMinor))
}

/** Pure: whether something that cannot be divided is still the buyer's: a part of the money back leaves it. */
export const isRetained = (purchase: Parameters<typeof reversedShare>[1]): boolean =>
  purchase.status !== 'PENDING' && (purchase.reversedMinor === 0 || purchase.reversedMinor < purchase.amountMinor)
