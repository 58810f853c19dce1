import type { UsageBatchLineRow } from '#entities/billing/usage-batch-line.entity.js'
import type { UsageBatchRow } from '#entities/billing/usage-batch.entity.js'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { entriesAt, operationPosition } from '#services/entitlements/usage/replay-result.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { BillingContext } from '../model/billing-context.js'
import { writeAmendment } from '../usage-amendments/run-amendment.js'
import { amendmentsOf } from '../usage-amendments/usage-amendments.js'
import { lockBatch } from './batch-access.js'
import { isGivenUp, notReverted } from './failed-line.js'

/** Columns of a reverted line. */
type Reverted = Pick<UsageBatchLineRow, 'state'> &
  Partial<Pick<UsageBatchLineRow, 'returned' | 'lost' | 'denialCode' | 'denialMessage'>>

/**
 * Returns the units of the last applied line of a batch in the state `REVERTING`. Returns the number of lines: 0 if none is left. The
 * amendment and the state of the line are written together.
 */
export async function revertLine(context: BillingContext, batch: UsageBatchRow, due: ScheduledJobRow): Promise<number> {
  let failing: UsageBatchLineRow | undefined
  try {
    return await context.database.transaction(async (transaction) => {
      await lockBatch(transaction, { owner: null }, batch.id)
      const line = await lastApplied(transaction, batch.id).executeTakeFirst()
      if (!line) return 0
      failing = line
      await writeReverted(context, transaction, line, await revert(context, transaction, batch, line))
      return 1
    })
  } catch (error) {
    if (!failing || !isGivenUp(due, error)) throw error
    context.log.error({ err: error, batch: batch.id, line: failing.id }, 'reversal of a line of a usage batch failed')
    const { code, message } = notReverted()
    await writeReverted(context, context.database, failing, {
      state: 'NOT_REVERTED',
      denialCode: code,
      denialMessage: message,
    })
    return 1
  }
}

const lastApplied = ({ query }: Sql, batchId: string) =>
  query
    .selectFrom('usage_batch_line')
    .selectAll()
    .where('batchId', '=', batchId)
    .where('state', '=', 'APPLIED')
    .orderBy('id', 'desc')
    .limit(1)

/** Writes the result, unless another attempt has done so. */
const writeReverted = (
  { clock }: BillingContext,
  { query }: Sql,
  { id, accountId }: UsageBatchLineRow,
  reverted: Reverted,
) =>
  query
    .updateTable('usage_batch_line')
    .set({ ...reverted, revertedAt: clock.now() })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .where('state', '=', 'APPLIED')
    .execute()

async function revert(
  context: BillingContext,
  transaction: Transaction,
  { revertReason, revertedBy }: UsageBatchRow,
  { consumptionId, processedAt }: UsageBatchLineRow,
): Promise<Reverted> {
  const place = operationPosition(consumptionId!, 'csm')!
  const [first, ...rest] = await entriesAt(transaction, [place])
  // Amended by others before: no units count any more.
  const [counted = first!.operationTotal!] = (await amendmentsOf(transaction, [place]))
    .map(({ remaining }) => remaining)
    .toReversed()
  if (counted === 0) return { state: 'REVERTED', returned: 0, lost: 0 }
  const written = await writeAmendment(
    context,
    transaction,
    { place, entries: [first!, ...rest] },
    { wanted: 0, reason: revertReason!, amendedBy: revertedBy!, recordedAt: processedAt! },
  )
  if ('kind' in written)
    return { state: 'NOT_REVERTED', denialCode: written.denial.code, denialMessage: written.denial.message }
  return { state: 'REVERTED', returned: written.amount, lost: written.lost }
}
