import { sql } from 'kysely'
import { requireOperator } from '#services/identity/model/guard.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { OpsContext } from '../ops-context.js'
import { noDeadLetter, requireDeadLetter, type DeadLetterRow } from './dead-letters.js'
import { tableOf } from './queue-tables.js'

/** Puts a dead letter back into its queue, with all its attempts. */
export async function retryDeadLetter(context: OpsContext, id: string): Promise<DeadLetterRow | Denied> {
  requireOperator(context, 'ops:write')
  const letter = await requireDeadLetter(context, id)
  return context.database.transaction(async (transaction) => {
    const denial = await release(transaction, letter)
    if (denial) return denied(denial)
    const { queue, rowId, summary, lastError, accountId } = letter
    await recordChange(transaction, {
      accountId,
      actor: context.caller.principal,
      action: 'dead_letter.retried',
      object: rowId,
      details: { queue, summary, lastError, requestId: context.requestId },
    })
    return letter
  })
}

const AGAIN = { attempts: 0, availableAt: sql<Date>`now()`, leaseToken: null, leaseUntil: null }

async function release(transaction: Transaction, { queue, rowId }: DeadLetterRow): Promise<Refused | null> {
  const { query } = transaction
  if (queue === 'USAGE_REPORT') return releaseUsage(transaction, rowId)
  const { table, topic, isDead } = tableOf(queue)
  const message = await query
    .updateTable(table)
    // A scheduled job has no state.
    .set(queue === 'SCHEDULED_JOB' ? AGAIN : { ...AGAIN, state: 'PENDING' })
    .where('id', '=', rowId)
    .where(isDead)
    .returning('id')
    .executeTakeFirst()
  transaction.announce(topic)
  return message ? null : noDeadLetter()
}

/** Usage that the provider may have counted is never sent again. */
async function releaseUsage({ query }: Transaction, id: string): Promise<Refused | null> {
  const dead = query.selectFrom('usage_report').where('id', '=', id).where('state', '=', 'DEAD')
  const found = await dead.select('accountId').executeTakeFirst()
  const report =
    found && (await dead.where('accountId', '=', found.accountId).select('firstSentAt').forUpdate().executeTakeFirst())
  if (!report) return noDeadLetter()
  if (report.firstSentAt)
    return refused(
      'INVALID_TRANSITION',
      'The provider may have counted this usage. Compare it there, bill what is missing, then drop the dead letter.',
    )
  await query.updateTable('usage_report').set({ state: 'PENDING', lastError: null }).where('id', '=', id).execute()
  return null
}
