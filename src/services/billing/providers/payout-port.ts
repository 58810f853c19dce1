/** Sending money on to who sold something. Not every provider can. */
export interface PayoutPort {
  /** Who the money goes to; null when the provider knows none of that id. */
  fetchPayee(payeeId: string): Promise<FetchedPayee | null>
  /** Sends money; the same key sends it once. Answers how the provider names it. */
  transfer(request: NewTransfer): Promise<{ readonly externalId: string }>
}

export interface FetchedPayee {
  readonly payeeId: string
  /** Money can be sent there now. */
  readonly ready: boolean
}

export interface NewTransfer {
  /** Our payout's id: idempotency key and the way back from the provider's object. */
  readonly payoutId: string
  readonly payeeId: string
  readonly amountMinor: number
  readonly currency: string
}
