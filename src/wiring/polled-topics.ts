import { BROKER_TOPIC } from '../services/deployments/broker/queue-message.js'
import { isQueueTopic } from '../services/deployments/model/queue-topic.js'
import { SYNC_TOPIC } from '../services/marketplace/sync/queue-sync.js'
import { accountOfDeploymentsTopic, isStreamTopic, OPERATORS_TOPIC } from '../services/kernel/events/topics.js'
import { INBOX_TOPIC } from '../services/kernel/inbox/receive-webhook.js'
import { MAIL_TOPIC } from '../services/kernel/mail/queue-mail.js'
import { WEBHOOK_TOPIC } from '../services/kernel/outbound-webhooks/fan-out.js'
import { OUTBOX_TOPIC } from '../services/kernel/outbox/write-outbox.js'
import { SCHEDULED_JOB_TOPIC } from '../services/kernel/scheduled-jobs/schedule-job.js'

/** Queues that a claim loop polls once a second. */
const QUEUES: ReadonlySet<string> = new Set([
  BROKER_TOPIC,
  INBOX_TOPIC,
  MAIL_TOPIC,
  OUTBOX_TOPIC,
  SCHEDULED_JOB_TOPIC,
  SYNC_TOPIC,
  WEBHOOK_TOPIC,
])

/**
 * Returns true for topics whose lost notifications a poll covers within seconds: streams, queues and long polls. The
 * others (catalog, policies, service keys, members, clock) change what processes have in memory, and have no poll.
 */
export const isPolledTopic = (topic: string): boolean =>
  isStreamTopic(topic) ||
  isQueueTopic(topic) ||
  accountOfDeploymentsTopic(topic) !== null ||
  topic === OPERATORS_TOPIC ||
  QUEUES.has(topic)
