import type { ListedTransfer } from './money-listing-port.js'

/** Sending money on to who sold something. Not every provider can. */
export interface PayoutPort {
  /** Recipient of a payout. Null if the provider has no such account. */
  fetchPayee(payoutAccountId: string): Promise<FetchedPayee | null>
  /**
   * Creates a payout account, which can receive transfers after onboarding. Repeated calls with the same key have no
   * effect. Returns the provider's ID.
   */
  createPayee(request: NewPayee): Promise<string>
  /** The provider's page on which they say it. It opens once, and for minutes. */
  onboardingLink(request: NewOnboarding): Promise<OnboardingLink>
  /** Transfers to a payout account that were requested here. */
  listTransfersTo(payoutAccountId: string): AsyncIterable<ListedTransfer & { readonly createdAt: Date }>
  /** Sends a transfer. Repeated calls with the same key have no effect. Returns the provider's ID. */
  transfer(request: NewTransfer): Promise<{ readonly externalId: string }>
}

export interface FetchedPayee {
  readonly payoutAccountId: string
  /** Money can be sent there now. */
  readonly ready: boolean
}

export interface NewTransfer {
  /** Our payout's id: idempotency key and the way back from the provider's object. */
  readonly payoutId: string
  readonly payoutAccountId: string
  readonly amountMinor: number
  readonly currency: string
}

export interface NewPayee {
  /** Our vendor's id: idempotency key, and noted at the provider. */
  readonly vendorId: string
  readonly email: string
}

export interface NewOnboarding {
  readonly payoutAccountId: string
  /** Where the page leads when they are done, and when it cannot be opened any more. */
  readonly returnUrl: string
  readonly refreshUrl: string
}

export interface OnboardingLink {
  readonly url: string
  readonly expiresAt: Date
}
