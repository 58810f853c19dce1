import type { EndUsageComparisonArgs } from '#schema/billing/usage-comparison.type.js'
import type { UsageComparisonAccountRow } from '#entities/billing/usage-comparison-account.entity.js'
import type { UsageComparisonRow } from '#entities/billing/usage-comparison.entity.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { loadSnapshots } from '#services/entitlements/snapshot/load-snapshot.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { Denial } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '../model/billing-context.js'
import { insertBatch } from '../usage-batches/open-usage-batch.js'
import { insertBatchLines } from '../usage-batches/usage-batches.sql.js'
import { carriedLines, tooManyLines, type CarriedLine } from './carried-lines.js'
import { publishComparison } from './publish-comparison.js'
import { comparisonNotFound } from './usage-comparisons.js'

/** `CONTINUE`: the counted usage is added to an open batch. `DISCARD`: it is not. */
export type ComparisonBalances = 'CONTINUE' | 'DISCARD'

/** Ends a comparison. A repeated call changes nothing. */
export async function endUsageComparison(
  context: BillingContext,
  { usageComparisonId: id, balances, ...input }: EndUsageComparisonArgs,
): Promise<UsageComparisonRow | Denied> {
  const reason = input.reason.trim()
  const invalid = validateReason(reason)
  if (invalid) return denied(invalid)
  const now = context.clock.now()
  return context.database
    .transaction(async (transaction) => {
      const comparison = await transaction.query
        .selectFrom('usage_comparison')
        .selectAll()
        .where('id', '=', id)
        // A call that compares has the lock of its account and inserts rows that name the comparison, which FOR UPDATE would block.
        .forNoKeyUpdate()
        .executeTakeFirst()
      if (!comparison) throw comparisonNotFound()
      if (comparison.endedAt) return comparison
      // Waits for calls that are comparing. Later ones find no running comparison.
      const accounts = await transaction.query
        .updateTable('usage_comparison_account')
        .set({ endedAt: now })
        .where('comparisonId', '=', id)
        .returningAll()
        .execute()
      const lines = balances === 'CONTINUE' ? await linesOf(context, transaction, accounts, now) : []
      const excess = tooManyLines(lines)
      if (excess) throw new TooManyLines(excess)
      const usageBatchId = lines.length > 0 ? await openBatch(context, transaction, comparison, lines) : null
      const ended = await transaction.query
        .updateTable('usage_comparison')
        .set({ endedAt: now, endedBy: context.caller.principal, endReason: reason, usageBatchId })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow()
      await publishComparison(transaction, ended, 'usage_comparison.ended')
      return ended
    })
    .catch((error: unknown) => {
      if (!(error instanceof TooManyLines)) throw error
      return denied(error.denial)
    })
}

/** Rolls back an end whose usage does not fit into a batch. */
class TooManyLines extends Error {
  constructor(readonly denial: Denial) {
    super()
  }
}

async function linesOf(
  { catalog }: BillingContext,
  transaction: Transaction,
  accounts: readonly UsageComparisonAccountRow[],
  now: Date,
): Promise<CarriedLine[]> {
  const accountIds = accounts.map(({ accountId }) => accountId)
  return carriedLines(accounts, await loadSnapshots(transaction, catalog.current(), accountIds, now), now)
}

/** Opens a batch with the counted usage, which is previewed, closed or reverted like others. */
async function openBatch(
  context: BillingContext,
  transaction: Transaction,
  comparison: UsageComparisonRow,
  lines: readonly CarriedLine[],
): Promise<string> {
  const batch = await insertBatch(context, transaction, comparison)
  await transaction.rows(insertBatchLines, {
    batchId: batch.id,
    ids: lines.map(() => transaction.newId('ubl')),
    accountIds: lines.map(({ accountId }) => accountId),
    keys: lines.map(({ key }) => key),
    requests: lines.map(({ request }) => request),
    features: lines.map(({ feature }) => feature),
    amounts: lines.map(({ amount }) => amount),
    works: lines.map(({ work }) => work),
    properties: lines.map(({ properties }) => properties),
    userIds: lines.map(({ userId }) => userId),
    usedAts: lines.map(({ usedAt }) => usedAt),
  })
  return batch.id
}
