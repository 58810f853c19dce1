export { WEBHOOK_EVENT_TYPES } from '../generated/event-types.js'
export { WebhookError, type WebhookErrorReason } from './webhook-error.js'
export type {
  KnownWebhookEvent,
  TemplateEventData,
  UnknownWebhookEvent,
  UsageWarningData,
  WebhookEvent,
  WebhookEventData,
  WebhookEventType,
} from './webhook-event.js'
export { parseEvent } from './parse-event.js'
export { verifyWebhook, verifyWebhookRequest, type WebhookBody, type WebhookHeaders } from './verify-webhook.js'
