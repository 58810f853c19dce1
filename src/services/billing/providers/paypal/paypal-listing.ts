import type { Mode } from '#services/kernel/config/mode.js'
import type { ReceivedEvent } from '#services/kernel/inbox/receive-webhook.js'
import type { ProviderListing } from '../listing-port.js'
import type { FetchedCheckout, PaymentPort } from '#services/billing/providers/port.js'
import type { FetchedSubscription } from '../subscription-port.js'
import { isSubscriptionId } from './paypal-checkouts.js'
import type { PayPalClient } from './paypal-client.js'
import type { CallPayPal } from './paypal-errors.js'
import { LISTED_EVENTS, receivedEvent, type PayPalEvent } from './webhooks/received-event.js'

const EVENTS_PAGE = 100

interface EventPage {
  readonly events?: PayPalEvent[]
  readonly links?: { readonly rel: string; readonly href: string }[]
}

/** PayPal lists only events. Recorded orders and subscriptions are fetched one by one. */
export function payPalListing(
  client: PayPalClient,
  call: CallPayPal,
  {
    mode,
    fetchCheckout,
    fetchSubscription,
  }: { readonly mode: Mode } & Pick<PaymentPort, 'fetchCheckout' | 'fetchSubscription'>,
): ProviderListing {
  return {
    async *listEvents({ since, until }): AsyncIterable<ReceivedEvent> {
      let query: Record<string, string> | null = {
        page_size: String(EVENTS_PAGE),
        start_time: since.toISOString(),
        end_time: until.toISOString(),
      }
      while (query) {
        const requested: Record<string, string> = query
        const page: EventPage = await call('webhooks_events.list', () =>
          client.request<EventPage>('GET', '/v1/notifications/webhooks-events', { query: requested }),
        )
        for (const event of page.events ?? [])
          if (LISTED_EVENTS.has(event.event_type)) yield receivedEvent(event, mode, null)
        query = nextOf(page)
      }
    },
    async *listSubscriptions(ours): AsyncIterable<FetchedSubscription> {
      for await (const id of ours) {
        if (!isSubscriptionId(id)) continue
        const subscription = await fetchSubscription(id)
        // A page that was not approved is not a subscription yet.
        if (subscription && !subscription.status.startsWith('INCOMPLETE')) yield subscription
      }
    },
    async *listCheckouts(_period, ours): AsyncIterable<FetchedCheckout> {
      for await (const sessionId of ours) {
        const checkout = await fetchCheckout(sessionId)
        if (checkout) yield checkout
      }
    },
    // PayPal knows no customers: an account is its own, as we wrote it on what it bought.
    accountOfCustomer: (customerId) => Promise.resolve(customerId.startsWith('acc_') ? customerId : null),
  }
}

/** The question of the next page; its address is never followed. */
function nextOf({ events = [], links = [] }: EventPage): Record<string, string> | null {
  const href = links.find(({ rel }) => rel === 'next')?.href
  if (!href || events.length === 0 || !URL.canParse(href)) return null
  return Object.fromEntries(new URL(href).searchParams)
}
