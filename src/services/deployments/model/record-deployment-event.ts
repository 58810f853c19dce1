import type { Transaction } from '#services/kernel/database/database.js'
import type { EventType } from '#services/kernel/outbox/event-data/events.js'
import { appendEvent, type NewEvent } from '#services/kernel/events/append-events.js'

/** `at` of an event of agents and commands: the machine clock rules them, as it does their other times. */
export const MACHINE_NOW = null

/** Writes an event with the deployment's next sequence, under its row lock. */
export async function recordDeploymentEvent<Type extends EventType>(
  transaction: Transaction,
  deployment: { id: string; accountId: string },
  at: Date | null,
  event: NewEvent<Type>,
): Promise<number> {
  const { version: sequence } = await transaction.query
    .updateTable('deployment')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', deployment.id)
    .where('accountId', '=', deployment.accountId)
    .returning('version')
    .executeTakeFirstOrThrow()
  await appendEvent(transaction, { streamId: deployment.id, accountId: deployment.accountId, sequence, at }, event)
  return sequence
}
