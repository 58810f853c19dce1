import { AppError } from '../../kernel/errors/app-error.js'
import type { ReceivedEvent } from '../../kernel/inbox/receive-webhook.js'
import type { ProviderListing } from './listing-port.js'
import type { OfferPort } from './offer-port.js'
import type { FetchedMoney, PaymentsPort } from './payments-port.js'
import type { PayoutPort } from './payout-port.js'
import type { UsagePort } from './usage-port.js'
import type { TrialPolicy } from '../../catalog/definition/types.js'
import type { SubscriptionPort } from './subscription-port.js'

/** A payment provider in our words. Adapters know the provider's; nothing above them does. */
export interface PaymentPort extends PaymentsPort, SubscriptionPort, OfferPort, UsagePort, ProviderListing {
  readonly provider: ProviderName
  /** Absent where the provider sends no money on. */
  readonly payouts?: PayoutPort
  /** Makes the customer for an account; the same key makes it once. */
  createCustomer(request: NewCustomer): Promise<string>
  openCheckout(request: NewCheckout): Promise<OpenedCheckout>
  /** Closes a checkout so that it cannot be paid any more; a closed one stays as it is. */
  expireCheckout(sessionId: string): Promise<void>
  fetchCheckout(sessionId: string): Promise<FetchedCheckout | null>
  /** Checks a webhook's signature over the exact bytes; throws `INVALID_WEBHOOK` for anything that is not the provider's. */
  verifyEvent(rawBody: Buffer, headers: Readonly<Record<string, string | string[] | undefined>>): ReceivedEvent
}

export type ProviderName = 'STRIPE' | 'PAYPAL'

export interface NewCustomer {
  readonly accountId: string
  /** The account's id in the system that it comes from. */
  readonly externalId: string
  readonly email: string
  readonly name: string | null
  readonly idempotencyKey: string
}

export interface NewCheckout {
  /** Our checkout's id: idempotency key and the way back from the provider's objects. */
  readonly checkoutId: string
  readonly accountId: string
  /** Shown to the provider as the buyer's reference; webhooks find the tenant by it. */
  readonly clientReference: string
  readonly customerId: string
  readonly priceExternalId: string
  readonly quantity: number
  readonly trialDays: number
  /** Whether a trial begins with a way to pay, and what follows when it ends without one. */
  readonly trials: TrialPolicy
  /** False: paid once. True: a subscription. */
  readonly recurring: boolean
  /** Kept for people who read the provider's dashboard; rights never rest on it. */
  readonly productCode: string
  /** The provider's id of a promotion code; null: the buyer may type one. */
  readonly promotionId: string | null
  /** The provider works out taxes, and asks for the address and the tax id that it needs for them. */
  readonly automaticTax: boolean
  readonly successUrl: string
  readonly cancelUrl: string
  /** Business time. */
  readonly expiresAt: Date
}

export interface OpenedCheckout {
  readonly sessionId: string
  readonly url: string
  readonly expiresAt: Date | null
}

export interface FetchedCheckout {
  readonly sessionId: string
  readonly status: 'OPEN' | 'COMPLETE' | 'EXPIRED'
  readonly paid: boolean
  /** The payment that was on its way will not come. */
  readonly failed: boolean
  /** Our checkout's id, when it is one of ours. */
  readonly checkoutId: string | null
  readonly clientReference: string | null
  readonly customerId: string | null
  readonly subscriptionId: string | null
  /** The first invoice of a subscription. */
  readonly invoiceId: string | null
  /** The payment of what is paid once; null when there was nothing to pay. */
  readonly paymentId: string | null
  /** Before discounts and tax. */
  readonly subtotal: FetchedMoney | null
}

/** The provider could not be asked, or did not answer: what it did is unknown, and asking again with the same key is safe. */
export class ProviderUnavailable extends AppError {
  constructor(why: string, options: { cause?: unknown } = {}) {
    super('UNAVAILABLE', 'The payment provider does not answer right now; try again.', { ...options, internal: why })
    this.name = 'ProviderUnavailable'
  }
}

/** The provider understood and said no; asking again would not help. */
export class ProviderRefused extends Error {
  override readonly name = 'ProviderRefused'

  constructor(
    message: string,
    /** The provider does not know an object that we named. */
    readonly objectMissing: boolean,
    options: { cause?: unknown } = {},
  ) {
    super(message, options)
  }
}
