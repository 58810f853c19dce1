import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { allocateResource } from './allocations.sql.js'

/** Counts a named resource against a limit. The caller holds the account's lock and has decided that there is room. Twice is once. */
export async function writeAllocation(
  transaction: Transaction,
  allocation: { accountId: string; feature: string; resourceId: string; at: Date },
): Promise<void> {
  await transaction.run(allocateResource, allocation)
}

/** True if a resource counts against a limit. */
export async function isAllocated(
  { query }: Sql,
  { accountId, feature, resourceId }: { accountId: string; feature: string; resourceId: string },
): Promise<boolean> {
  const found = await query
    .selectFrom('allocation')
    .select('resourceId')
    .where('accountId', '=', accountId)
    .where('feature', '=', feature)
    .where('resourceId', '=', resourceId)
    .where('releasedAt', 'is', null)
    .executeTakeFirst()
  return found !== undefined
}

/** Deallocates a resource. Returns whether it was allocated. */
export async function endAllocation(
  transaction: Transaction,
  allocation: { accountId: string; feature: string; resourceId: string; at: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await transaction.query
    .updateTable('allocation')
    .set({ releasedAt: allocation.at })
    .where('accountId', '=', allocation.accountId)
    .where('feature', '=', allocation.feature)
    .where('resourceId', '=', allocation.resourceId)
    .where('releasedAt', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}
