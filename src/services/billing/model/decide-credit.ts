/** A purchase whose unused time can become credit, and its returned money. */
export interface CreditSource {
  readonly purchaseId: string
  readonly amountMinor: number
  readonly creditMinor: number
  /** Sum of refunds, requested refunds and lost disputes. */
  readonly reversedMinor: number
  readonly creditedMinor: number
}

export interface CreditDecision {
  readonly shares: readonly { readonly purchaseId: string; readonly amountMinor: number }[]
  /** Credit for money that had been refunded before. The caller revokes it. */
  readonly excessMinor: number
}

/** Pure: returns the part of a purchase that was neither returned nor credited. */
export const remainderOf = (source: Omit<CreditSource, 'purchaseId'>): number =>
  Math.max(0, source.amountMinor + source.creditMinor - source.reversedMinor - source.creditedMinor)

/**
 * Pure: returns the purchases that a credit comes from, in the given order. The excess is at most the sum of their refunds. Other credit, for
 * example of a subscription that began elsewhere, stays.
 */
export function decideCredit(givenMinor: number, sources: readonly CreditSource[]): CreditDecision {
  let left = givenMinor
  const shares: { purchaseId: string; amountMinor: number }[] = []
  for (const source of sources) {
    const amountMinor = Math.min(left, remainderOf(source))
    if (amountMinor > 0) shares.push({ purchaseId: source.purchaseId, amountMinor })
    left -= amountMinor
  }
  const refunded = sources.reduce((sum, { reversedMinor }) => sum + reversedMinor, 0)
  return { shares, excessMinor: Math.min(left, refunded) }
}
