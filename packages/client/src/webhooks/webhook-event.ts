import type { WEBHOOK_EVENT_TYPES } from '../generated/event-types.js'

/** Name of an event that this version of the package knows. */
export type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number]

/** Data of every event. Members can be added; dates are ISO 8601 texts. */
export interface WebhookEventData {
  /** ID of the account. Null for events without one, for example of an operator's template. */
  readonly accountId: string | null
  readonly [member: string]: unknown
}

/** Data of `usage.warning`: usage reached one or more thresholds. */
export interface UsageWarningData extends WebhookEventData {
  readonly accountId: string
  /** Code of the feature. */
  readonly feature: string
  /** The highest of `thresholds`, in percent. */
  readonly threshold: number
  readonly thresholds: readonly number[]
  /** Units used now. */
  readonly used: number
  /** Units used before. */
  readonly previous: number
  readonly limit: number
}

/** Data of an event about a template: everything that a copy of it needs. */
export interface TemplateEventData extends WebhookEventData {
  readonly templateId: string
  readonly slug: string
  readonly name: string
  readonly version: number
  readonly status: string
  /** Whether the template is published in the marketplace. */
  readonly listed: boolean
  readonly vendorId: string
  readonly vendorName: string
  readonly prices: readonly { readonly amountMinor: number; readonly currency: string; readonly interval: string }[]
  readonly reason?: string | null | undefined
}

/** Data of `webhook.test`. */
export interface TestEventData extends WebhookEventData {
  readonly endpointId: string
  readonly message: string
}

/** Events about an owner of a template, without the data of the template. */
type OwnershipType = 'template.granted' | 'template.ownership_expired'

type DataOf<Type extends WebhookEventType> = Type extends 'usage.warning'
  ? UsageWarningData
  : Type extends 'webhook.test'
    ? TestEventData
    : Type extends OwnershipType
      ? WebhookEventData
      : Type extends `template.${string}`
        ? TemplateEventData
        : WebhookEventData

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
