import type { DropDeadLetterArgs } from '#schema/ops/dead-letter.type.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { OpsContext } from '../ops-context.js'
import { noDeadLetter, requireDeadLetter, type DeadLetterRow } from './dead-letters.js'
import { tableOf } from './queue-tables.js'

/** Drops a dead letter: it is not attempted again. The audit log keeps its values and the reason. */
export async function dropDeadLetter(context: OpsContext, input: DropDeadLetterArgs): Promise<DeadLetterRow | Denied> {
  const letter = await requireDeadLetter(context, input.deadLetterId)
  const reason = input.reason.trim()
  const denial = validateReason(reason)
  if (denial) return denied(denial)
  return context.database.transaction(async (transaction) => {
    await remove(transaction, letter)
    const { queue, rowId, accountId, summary, lastError, attempts, payload } = letter
    await recordChange(transaction, {
      accountId,
      actor: context.caller.principal,
      action: 'dead_letter.dropped',
      object: rowId,
      details: { queue, reason, summary, lastError, attempts, payload, requestId: context.requestId },
    })
    return letter
  })
}

async function remove({ query }: Transaction, { queue, rowId }: DeadLetterRow): Promise<void> {
  if (queue === 'USAGE_REPORT') {
    // The row stays: without it, its usage would be gathered and billed again.
    const dropped = await query
      .updateTable('usage_report')
      .set({ state: 'DROPPED' })
      .where('id', '=', rowId)
      .where('state', '=', 'DEAD')
      .returning('id')
      .executeTakeFirst()
    return dropped ? undefined : noDeadLetter()
  }
  const { table, isDead } = tableOf(queue)
  const deleted = await query.deleteFrom(table).where('id', '=', rowId).where(isDead).returning('id').executeTakeFirst()
  if (!deleted) noDeadLetter()
}
