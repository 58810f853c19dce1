// Compiled, never run: every event that has data of its own is one that webhooks deliver.
import type { TypedEventData, WebhookEventType } from '../src/webhooks/index.js'

const typeOf = (type: keyof TypedEventData): WebhookEventType => type
void typeOf
