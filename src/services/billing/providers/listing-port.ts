import type { ReceivedEvent } from '#services/kernel/inbox/receive-webhook.js'
import type { FetchedCheckout } from './port.js'
import type { FetchedSubscription } from './subscription-port.js'

/** Lists the objects of a provider for reconciliation. Pages are fetched on demand. */
export interface ProviderListing {
  /** Events of the types that concern us, as they would have been delivered; newest first. */
  listEvents(period: ProviderPeriod): AsyncIterable<ReceivedEvent>
  /**
   * Every subscription that has not ended, and those that ended within what the provider still lists.
   * @param ours those that we know of, for a provider that keeps no list of them
   */
  listSubscriptions(ours: AsyncIterable<string>): AsyncIterable<FetchedSubscription>
  /**
   * Checkouts that were opened within a period.
   * @param ours the sessions that we noted in it, for a provider that keeps no list of them
   */
  listCheckouts(period: ProviderPeriod, ours: AsyncIterable<string>): AsyncIterable<FetchedCheckout>
  /** Our account's id, as we noted it on a customer when we made it; null for a customer that is not ours. */
  accountOfCustomer(customerId: string): Promise<string | null>
}

/** By the provider's clock, both ends included. */
export interface ProviderPeriod {
  readonly since: Date
  readonly until: Date
}
