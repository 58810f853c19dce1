import type { OutboxHandler } from '#services/kernel/outbox/relay-outbox.js'

const PHRASES: Record<string, (payload: Record<string, unknown>) => string> = {
  'usage.warning': () => 'Usage warning',
  'credits.granted': () => 'Granted credits',
  'subscription.activated': () => 'Subscription created',
  'subscription.updated': (payload) =>
    `Subscription ${String(payload['subscriptionId'])} updated to ${String(payload['status']).toLowerCase()}`,
  'subscription.items_changed': (payload) =>
    `Subscription ${String(payload['subscriptionId'])} updated to ${String(payload['plan'])}`,
  'subscription.recovered': (payload) => `Subscription ${String(payload['subscriptionId'])} updated to active`,
  'subscription.renewed': (payload) =>
    `Subscription ${String(payload['subscriptionId'])} updated to ${String(payload['status']).toLowerCase()}`,
  'subscription.past_due': (payload) => `Subscription ${String(payload['subscriptionId'])} updated to past_due`,
  'subscription.unpaid': (payload) => `Subscription ${String(payload['subscriptionId'])} updated to unpaid`,
  'subscription.paused': (payload) => `Subscription ${String(payload['subscriptionId'])} updated to paused`,
  'subscription.resumed': (payload) => `Subscription ${String(payload['subscriptionId'])} updated to active`,
  'subscription.canceled': (payload) =>
    `Subscription ${String(payload['subscriptionId'])} canceled, downgraded to free`,
}

/** Writes each outbox event as one log line, with the fixed messages that operators search for. */
export const logEvents: OutboxHandler = async (event, context) => {
  const phrase = PHRASES[event.type]?.(event.payload) ?? event.type
  context.log.info(
    { event: event.id, type: event.type, account: event.accountId, requestId: event.requestId, ...event.payload },
    phrase,
  )
}
