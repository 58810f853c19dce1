/** A payment for something, from its first sign to whatever became of it. */
export type PurchaseStatus = 'PENDING' | 'PAID' | 'PARTIALLY_REFUNDED' | 'REFUNDED' | 'DISPUTED' | 'CHARGED_BACK'

const TRANSITIONS: Record<PurchaseStatus, readonly PurchaseStatus[]> = {
  PENDING: ['PAID', 'PARTIALLY_REFUNDED', 'REFUNDED', 'DISPUTED', 'CHARGED_BACK'],
  PAID: ['PARTIALLY_REFUNDED', 'REFUNDED', 'DISPUTED', 'CHARGED_BACK'],
  // A refund can fail and a dispute can be won: then the reversed entitlements are restored.
  PARTIALLY_REFUNDED: ['PAID', 'REFUNDED', 'DISPUTED', 'CHARGED_BACK'],
  REFUNDED: ['PAID', 'PARTIALLY_REFUNDED', 'DISPUTED', 'CHARGED_BACK'],
  DISPUTED: ['PAID', 'PARTIALLY_REFUNDED', 'REFUNDED', 'CHARGED_BACK'],
  // A bank may reopen what it had decided.
  CHARGED_BACK: ['PAID', 'PARTIALLY_REFUNDED', 'REFUNDED', 'DISPUTED'],
}

export const canTransitionPurchase = (from: PurchaseStatus, to: PurchaseStatus): boolean =>
  TRANSITIONS[from].includes(to)
