import type { UsageBatchLineRow, UsageBatchLineState } from '#entities/billing/usage-batch-line.entity.js'
import type { UsageBatchRow, UsageBatchState } from '#entities/billing/usage-batch.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import type { BillingContext } from '../model/billing-context.js'
import { requireBatchAccess } from './batch-access.js'

/** Batches that the caller can see, newest first. */
export function usageBatches(
  context: BillingContext,
  states: readonly UsageBatchState[] | null,
  request: PageRequest,
): Promise<Page<UsageBatchRow>> {
  const { owner } = requireBatchAccess(context, 'ops:read')
  return readRows(
    request,
    'usage batches',
    context.database.query
      .selectFrom('usage_batch')
      .selectAll()
      .$if(owner !== null, (query) => query.where('owner', '=', owner!))
      .$if(!!states, (query) => query.where('state', 'in', states!)),
  )
}

/** Lines of a batch that the caller was given, in the order in which they were added. */
export const linesOfBatch = (
  { query }: Sql,
  batchId: string,
  states: readonly UsageBatchLineState[] | null,
  request: PageRequest,
): Promise<Page<UsageBatchLineRow>> =>
  readRows(
    request,
    `lines ${batchId}`,
    query
      .selectFrom('usage_batch_line')
      .selectAll()
      .where('batchId', '=', batchId)
      .$if(!!states, (select) => select.where('state', 'in', states!)),
    { ascending: true },
  )

export const batchesByIds = ({ query }: Sql, ids: readonly string[]): Promise<UsageBatchRow[]> =>
  query.selectFrom('usage_batch').selectAll().where('id', 'in', ids).execute()

export const linesByIds = ({ query }: Sql, ids: readonly string[]): Promise<UsageBatchLineRow[]> =>
  query.selectFrom('usage_batch_line').selectAll().where('id', 'in', ids).execute()

/** Number of lines of a batch in one state, with their units. */
export interface BatchLineCount {
  readonly batchId: string
  readonly state: UsageBatchLineState
  readonly count: number
}

/** Number of lines of batches in each state. */
export const countLines = ({ query }: Sql, batchIds: readonly string[]): Promise<BatchLineCount[]> =>
  query
    .selectFrom('usage_batch_line')
    .select(({ fn }) => ['batchId', 'state', fn.countAll<number>().as('count')])
    .where('batchId', 'in', batchIds)
    .groupBy(['batchId', 'state'])
    .execute()
