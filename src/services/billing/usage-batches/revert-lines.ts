import type { UsageBatchLineRow } from '#entities/billing/usage-batch-line.entity.js'
import type { UsageBatchRow } from '#entities/billing/usage-batch.entity.js'
import { entriesAt, operationPosition } from '#services/entitlements/usage/replay-result.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { BillingContext } from '../billing-context.js'
import { writeAmendment } from '../usage-amendments/run-amendment.js'
import { amendmentsOf } from '../usage-amendments/usage-amendments.js'

/** Columns of a reverted line. */
type Reverted = Pick<UsageBatchLineRow, 'state'> &
  Partial<Pick<UsageBatchLineRow, 'returned' | 'lost' | 'denialCode' | 'denialMessage'>>

/**
 * Returns the units of the last applied line of a batch in the state `REVERTING`. Returns the number of lines: 0 if none is left. The
 * amendment and the state of the line are written together.
 */
export const revertLine = (context: BillingContext, batch: UsageBatchRow): Promise<number> =>
  context.database.transaction(async (transaction) => {
    const line = await transaction.query
      .selectFrom('usage_batch_line')
      .selectAll()
      .where('batchId', '=', batch.id)
      .where('state', '=', 'APPLIED')
      .orderBy('id', 'desc')
      .limit(1)
      .forUpdate()
      .executeTakeFirst()
    if (!line) return 0
    const reverted = await revert(context, transaction, batch, line)
    await transaction.query
      .updateTable('usage_batch_line')
      .set({ ...reverted, revertedAt: context.clock.now() })
      .where('id', '=', line.id)
      .where('accountId', '=', line.accountId)
      .execute()
    return 1
  })

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
