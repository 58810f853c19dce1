import { definitionViolations } from '#contract/paypal/check.js'
import type { SandboxState } from '#sandbox-state.js'
import type { PayPalEvent } from '../objects.js'
import { EVENT_TYPES, type EventType } from './event-types.js'

/** Notes where an event, or the object that it carries, breaks PayPal's schemas, when the world keeps a list of that. */
export function checkEvent({ violations }: SandboxState, type: EventType, event: PayPalEvent['event']): void {
  if (violations === null) return
  const { schema } = EVENT_TYPES[type]
  violations.push(
    ...definitionViolations('webhooks.event', event).map((found) => `${type}: the event's ${found}`),
    ...(schema === null ? [] : definitionViolations(schema, event.resource).map((found) => `${type}: ${found}`)),
  )
}
