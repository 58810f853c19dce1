import type { Store } from './store.js'

const HOUR = 60 * 60 * 1000
const EVENTS_KEPT_FOR = 30 * 24 * HOUR
const ANSWERS_KEPT_FOR = 24 * HOUR

/**
 * Deletes expired records: events after 30 days of business time (unless a delivery is pending) with their deliveries,
 * and responses to idempotency keys after 24 hours. Keeps long-lived data folders fast to load.
 */
export function deleteExpired(store: Store, now: number): void {
  const pending = new Set(store.all('delivery').flatMap((one) => (one.status === 'pending' ? [one.event] : [])))
  for (const event of store.all('event')) {
    if (event.created * 1000 <= now - EVENTS_KEPT_FOR && !pending.has(event.id)) store.remove('event', event.id)
  }
  for (const { id, at } of store.all('paypal.event')) {
    if (at <= now - EVENTS_KEPT_FOR && !pending.has(id)) store.remove('paypal.event', id)
  }
  for (const answer of store.all('paypal.answer')) {
    if (answer.keptUntil <= now) store.remove('paypal.answer', answer.id)
  }
  for (const delivery of store.all('delivery')) {
    const kind = delivery.provider === 'paypal' ? 'paypal.event' : 'event'
    if (store.get(kind, delivery.event) === undefined) store.remove('delivery', delivery.id)
  }
  for (const answer of store.all('idempotency')) {
    if (answer.at <= now - ANSWERS_KEPT_FOR) store.remove('idempotency', answer.id)
  }
}
