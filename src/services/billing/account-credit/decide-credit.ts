/** A purchase whose unused time can become credit, with the money that already went back. */
export interface CreditSource {
  readonly purchaseId: string
  readonly amountMinor: number
  readonly creditMinor: number
  /** Refunds, those only requested included, and lost disputes. */
  readonly takenBackMinor: number
  readonly creditedMinor: number
}

export interface CreditDecision {
  readonly shares: readonly { readonly purchaseId: string; readonly amountMinor: number }[]
  /** Credit that was given although its money had been refunded: to be taken back. */
  readonly excessMinor: number
}

/** Pure: the part of a purchase that neither went back nor became credit. */
export const remainderOf = (source: Omit<CreditSource, 'purchaseId'>): number =>
  Math.max(0, source.amountMinor + source.creditMinor - source.takenBackMinor - source.creditedMinor)

/**
 * Pure: the purchases that a credit comes from, in the given order. Credit that exceeds them is taken back as far as refunds explain it;
 * credit that nothing here explains, for example of a subscription begun elsewhere, is left alone.
 */
export function decideCredit(givenMinor: number, sources: readonly CreditSource[]): CreditDecision {
  let left = givenMinor
  const shares: { purchaseId: string; amountMinor: number }[] = []
  for (const source of sources) {
    const amountMinor = Math.min(left, remainderOf(source))
    if (amountMinor > 0) shares.push({ purchaseId: source.purchaseId, amountMinor })
    left -= amountMinor
  }
  const refunded = sources.reduce((sum, { takenBackMinor }) => sum + takenBackMinor, 0)
  return { shares, excessMinor: Math.min(left, refunded) }
}
