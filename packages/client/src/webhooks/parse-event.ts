import { WEBHOOK_EVENT_TYPES } from '../generated/event-types.js'
import { WebhookError } from './webhook-error.js'
import type { WebhookEvent } from './webhook-event.js'

const KNOWN: ReadonlySet<string> = new Set(WEBHOOK_EVENT_TYPES)

/**
 * The event of a body whose origin is certain, as in tests. Requests are read with `verifyWebhook`.
 * @param body JSON text, or its value
 * @param id the header `webhook-id`
 * @throws WebhookError with the reason `body`
 */
export function parseEvent(body: unknown, id = ''): WebhookEvent {
  const { type, timestamp, data } = Object(typeof body === 'string' ? parsed(body) : body) as Record<string, unknown>
  const at = new Date(typeof timestamp === 'string' ? timestamp : Number.NaN)
  const isComplete = typeof type === 'string' && type !== '' && typeof data === 'object' && data !== null
  if (!isComplete || Array.isArray(data) || Number.isNaN(at.getTime()))
    throw new WebhookError('body', 'The body is not an event: it must have type, timestamp and data.')
  return { id, type, timestamp: at, data, isKnown: KNOWN.has(type) } as unknown as WebhookEvent
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new WebhookError('body', 'The body is not JSON.')
  }
}
