import { z } from 'zod'
import { forOperators, maybeText, ofAny, onlyStreamed, text } from './define-event-data.js'

const receivedEvent = {
  provider: text(),
  eventType: text().describe('Type of the event at the provider.'),
  objectKey: text().describe('Object at the provider that the event is about.'),
}

/** Data of events about queues. */
export const kernelEvents = {
  'dead_letter.added': forOperators(onlyStreamed({ queue: text(), error: text() })),
  'webhook_event.received': forOperators(onlyStreamed({ ...receivedEvent, state: text() })),
  'webhook_event.dead': forOperators(onlyStreamed({ ...receivedEvent, stateReason: maybeText() })),
} as const

/** Data of `webhook.test`, which is sent on request only. */
export const TEST_EVENT_DATA = ofAny('TestEventData', 'a test of an endpoint was requested', {
  endpointId: text(),
  message: z.string(),
})

type KernelEvents = typeof kernelEvents

declare module './events.js' {
  interface Events extends KernelEvents {}
}
