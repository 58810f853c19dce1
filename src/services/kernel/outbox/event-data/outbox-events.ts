import type { z } from 'zod'
import { ACCOUNT_EVENTS, TEST_EVENT_DATA } from './account-events.js'
import { BILLING_EVENTS } from './billing-events.js'
import type { EventData } from './define-event-data.js'
import { DEPLOYMENT_EVENTS } from './deployment-events.js'
import { ENTITLEMENT_EVENTS } from './entitlement-events.js'
import { MARKETPLACE_EVENTS } from './marketplace-events.js'

/**
 * Data of every event that is written to the outbox, and delivered by webhooks. The compiler checks each writer by it; the types of
 * `@stackgate/client` and a table of `docs/events.md` are generated from it.
 */
export const OUTBOX_EVENTS = {
  ...ACCOUNT_EVENTS,
  ...BILLING_EVENTS,
  ...ENTITLEMENT_EVENTS,
  ...MARKETPLACE_EVENTS,
  ...DEPLOYMENT_EVENTS,
}

export type OutboxEventType = keyof typeof OUTBOX_EVENTS

/** Data of an event by its type. */
export type OutboxData<Type extends OutboxEventType> = z.input<(typeof OUTBOX_EVENTS)[Type]['schema']>

/** ID of the account. Only some events can have none. */
export type OutboxAccountId<Type extends OutboxEventType> = (typeof OUTBOX_EVENTS)[Type]['isOfAccount'] extends true
  ? string
  : string | null

/** Every type of event that webhooks deliver, with its data. */
export const WEBHOOK_EVENTS: readonly (readonly [type: string, data: EventData])[] = [
  ...Object.entries<EventData>(OUTBOX_EVENTS),
  ['webhook.test', TEST_EVENT_DATA],
]
