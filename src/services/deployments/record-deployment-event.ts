import type { Transaction } from '../kernel/database/database.js'
import { appendEvent, type NewEvent } from '../kernel/events/append-events.js'

/** `at` of an event of agents and commands: the machine clock rules them, as it does their other times. */
export const MACHINE_NOW = null

/** Takes the deployment's next number under its row lock and writes the event there. */
export async function recordDeploymentEvent(
  transaction: Transaction,
  deployment: { id: string; accountId: string },
  at: Date | null,
  event: NewEvent,
): Promise<number> {
  const row = await transaction.row<{ version: number }>(
    `update deployment set version = version + 1 where id = $1 returning version`,
    [deployment.id],
  )
  const sequence = row!.version
  await appendEvent(transaction, { streamId: deployment.id, accountId: deployment.accountId, sequence, at }, event)
  return sequence
}
