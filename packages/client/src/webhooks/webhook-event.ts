import type { WEBHOOK_EVENT_TYPES } from '../generated/event-types.js'
import type { EventDataByType, WebhookEventData } from '../generated/event-data.js'

/** Name of an event that this version of the package knows. */
export type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number]

/** Data of an event by its type. */
export type DataOf<Type extends WebhookEventType> = EventDataByType[Type]

interface EventFields<Type, Data> {
  /** The same for each delivery of the same event: store it to handle an event once. */
  readonly id: string
  readonly type: Type
  /** Time of the event, by the business clock of the server. */
  readonly timestamp: Date
  readonly data: Data
}

/** An event with a known type: `type` determines its data. */
export type KnownWebhookEvent = {
  readonly [Type in WebhookEventType]: EventFields<Type, DataOf<Type>> & { readonly isKnown: true }
}[WebhookEventType]

/** An event of a newer server. Respond with 200 and ignore it. */
export type UnknownWebhookEvent = EventFields<string, WebhookEventData> & { readonly isKnown: false }

/** An event. `isKnown` separates the types of this version from others. */
export type WebhookEvent = KnownWebhookEvent | UnknownWebhookEvent
