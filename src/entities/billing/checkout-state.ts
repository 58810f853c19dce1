/** One attempt to pay. `CREATING` is the intent before the provider has answered. */
export type CheckoutStatus =
  | 'CREATING'
  | 'OPEN'
  | 'PROCESSING'
  | 'COMPLETED'
  | 'EXPIRED'
  | 'FAILED'
  | 'CANCELLED'
  | 'QUARANTINED'

const TRANSITIONS: Record<CheckoutStatus, readonly CheckoutStatus[]> = {
  CREATING: ['OPEN', 'PROCESSING', 'COMPLETED', 'EXPIRED', 'FAILED', 'CANCELLED', 'QUARANTINED'],
  OPEN: ['PROCESSING', 'COMPLETED', 'EXPIRED', 'FAILED', 'CANCELLED', 'QUARANTINED'],
  PROCESSING: ['COMPLETED', 'FAILED', 'QUARANTINED'],
  // The provider's status is authoritative: a checkout that we canceled can still have been paid.
  EXPIRED: ['COMPLETED', 'QUARANTINED'],
  FAILED: ['COMPLETED', 'QUARANTINED'],
  CANCELLED: ['COMPLETED', 'QUARANTINED'],
  COMPLETED: [],
  // Only by a decision of an operator.
  QUARANTINED: ['PROCESSING', 'COMPLETED', 'FAILED'],
}

/** Statuses in which the buyer may still pay. */
export const LIVE_CHECKOUT_STATUSES: readonly CheckoutStatus[] = ['CREATING', 'OPEN', 'PROCESSING']

export const canTransitionCheckout = (from: CheckoutStatus, to: CheckoutStatus): boolean =>
  TRANSITIONS[from].includes(to)
