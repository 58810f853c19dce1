import { BROKER_TOPIC } from '#services/deployments/broker/queue-message.js'
import { MAIL_TOPIC } from '#services/kernel/mail/queue-mail.js'
import { OUTBOX_TOPIC } from '#services/kernel/outbox/write-outbox.js'
import { WEBHOOK_TOPIC } from '#services/kernel/outbound-webhooks/fan-out.js'
import { SYNC_TOPIC } from '#services/marketplace/sync/queue-sync.js'
import type { DeadLetterQueue } from './dead-letters.js'

export type MessageQueue = Exclude<DeadLetterQueue, 'USAGE_REPORT' | 'SCHEDULED_JOB'>

/** Tables of messages that are retried alike, with the topic that wakes their workers. They are typed by one of them. */
export const MESSAGE_TABLES: Readonly<
  Record<MessageQueue, { readonly table: 'mail_message'; readonly topic: string }>
> = {
  MAIL: { table: 'mail_message', topic: MAIL_TOPIC },
  OUTBOX: { table: 'outbox_event' as 'mail_message', topic: OUTBOX_TOPIC },
  WEBHOOK_DELIVERY: { table: 'webhook_delivery' as 'mail_message', topic: WEBHOOK_TOPIC },
  SYNC: { table: 'template_sync_message' as 'mail_message', topic: SYNC_TOPIC },
  BROKER: { table: 'broker_message' as 'mail_message', topic: BROKER_TOPIC },
}
