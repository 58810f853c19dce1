import { sql } from 'kysely'
import { ALL_QUEUES, type DeadLetterQueue, type QueueName } from '#services/kernel/claim-loop/queues.js'

/** Table of a queue, typed by one of them, its topic, and the condition of dead rows. */
export function tableOf(code: DeadLetterQueue): {
  table: 'mail_message'
  topic: QueueName
  isDead: ReturnType<typeof sql<boolean>>
} {
  const { table, name, dead } = ALL_QUEUES.find((queue) => queue.code === code)!
  return { table: table as 'mail_message', topic: name, isDead: sql<boolean>`${sql.raw(dead)}` }
}
