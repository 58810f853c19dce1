/** Sending money on to who sold something. Not every provider can. */
export interface PayoutPort {
  /** Who the money goes to; null when the provider knows none of that id. */
  fetchPayee(payeeId: string): Promise<FetchedPayee | null>
  /** Makes somebody who can be paid once they have said who they are; the same key makes one. Answers how the provider names them. */
  createPayee(request: NewPayee): Promise<string>
  /** The provider's page on which they say it. It opens once, and for minutes. */
  onboardingLink(request: NewOnboarding): Promise<OnboardingLink>
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

export interface NewPayee {
  /** Our vendor's id: idempotency key, and noted at the provider. */
  readonly vendorId: string
  readonly email: string
}

export interface NewOnboarding {
  readonly payeeId: string
  /** Where the page leads when they are done, and when it cannot be opened any more. */
  readonly returnUrl: string
  readonly refreshUrl: string
}

export interface OnboardingLink {
  readonly url: string
  readonly expiresAt: Date
}
