import type { Stripe } from 'stripe'
import type { Mode } from '#services/kernel/config/mode.js'
import type { ReceivedEvent } from '#services/kernel/inbox/receive-webhook.js'
import type { ProviderListing, ProviderPeriod } from '../listing-port.js'
import type { FetchedCheckout } from '#services/billing/providers/port.js'
import type { FetchedSubscription } from '../subscription-port.js'
import { readCheckout } from './read-objects.js'
import { readSubscription, SUBSCRIPTION_EXPAND } from './read-subscription.js'
import { orNull, type CallStripe } from './stripe-errors.js'
import { pages } from './stripe-pages.js'
import { LISTED_EVENTS, receivedEvent } from './verify-event.js'

const PAGE = 100

/** Stripe's lists in our words, a page at a time. */
export function stripeListing(client: Stripe, call: CallStripe, mode: Mode): ProviderListing {
  return {
    async *listEvents(period): AsyncIterable<ReceivedEvent> {
      const types = [...LISTED_EVENTS]
      for await (const event of pages(call, 'events.list', (after) =>
        client.events.list({ types, created: within(period), limit: PAGE, ...after }),
      ))
        yield receivedEvent(event, mode)
    },
    async *listSubscriptions(): AsyncIterable<FetchedSubscription> {
      for await (const subscription of pages(call, 'subscriptions.list', (after) =>
        client.subscriptions.list({
          status: 'all',
          limit: PAGE,
          expand: SUBSCRIPTION_EXPAND.map((field) => `data.${field}`),
          ...after,
        }),
      ))
        yield readSubscription(subscription)
    },
    async *listCheckouts(period): AsyncIterable<FetchedCheckout> {
      for await (const session of pages(call, 'checkout.sessions.list', (after) =>
        client.checkout.sessions.list({ created: within(period), limit: PAGE, ...after }),
      ))
        yield readCheckout(session)
    },
    async accountOfCustomer(customerId): Promise<string | null> {
      const customer = await orNull(call('customers.retrieve', () => client.customers.retrieve(customerId)))
      return customer && !customer.deleted ? (customer.metadata['account_id'] ?? null) : null
    },
  }
}

const within = ({ since, until }: ProviderPeriod) => ({
  gte: Math.floor(since.getTime() / 1000),
  lte: Math.floor(until.getTime() / 1000),
})
