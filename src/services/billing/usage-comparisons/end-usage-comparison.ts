import type { UsageComparisonAccountRow } from '#entities/billing/usage-comparison-account.entity.js'
import type { UsageComparisonRow } from '#entities/billing/usage-comparison.entity.js'
import { idempotencyOwner } from '#services/identity/caller.js'
import { requireOperator } from '#services/identity/guard/guard.js'
import { validateReason } from '#services/entitlements/overrides/validate-reason.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import type { BillingContext } from '../billing-context.js'
import { MAX_LINES } from '../usage-batches/add-to-usage-batch.js'
import { publishBatch } from '../usage-batches/publish-batch.js'
import { insertBatchLines } from '../usage-batches/usage-batches.sql.js'
import { carriedUnits } from './counted-usage.js'
import { publishComparison } from './publish-comparison.js'
import { comparisonNotFound } from './usage-comparisons.js'

/** `CONTINUE`: the counted usage is added to an open batch. `DISCARD`: it is not. */
export type ComparisonBalances = 'CONTINUE' | 'DISCARD'

export interface EndComparison {
  readonly usageComparisonId: string
  readonly reason: string
  readonly balances: ComparisonBalances
}

/** Ends a comparison. A repeated call changes nothing. */
export async function endUsageComparison(
  context: BillingContext,
  { usageComparisonId: id, balances, ...input }: EndComparison,
): Promise<UsageComparisonRow | Denied> {
  requireOperator(context, 'ops:write')
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
      const lines = balances === 'CONTINUE' ? linesOf(accounts, now) : []
      if (lines.length > MAX_LINES) throw new TooManyLines()
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
      return denied(
        refused('TOO_MANY_OBJECTS', `A batch can contain at most ${MAX_LINES} lines. End with DISCARD.`, {
          field: 'balances',
        }),
      )
    })
}

/** Rolls back an end whose usage does not fit into a batch. */
class TooManyLines extends Error {}

interface CarriedLine {
  readonly accountId: string
  readonly feature: string
  readonly amount: number
}

const linesOf = (accounts: readonly UsageComparisonAccountRow[], now: Date): CarriedLine[] =>
  accounts.flatMap(({ accountId, state }) =>
    [...carriedUnits(state, now)].map(([feature, amount]) => ({ accountId, feature, amount })),
  )

/** Opens a batch with the counted usage, which is previewed, closed or reverted like others. */
async function openBatch(
  { caller, clock }: BillingContext,
  transaction: Transaction,
  { id, name, reason }: UsageComparisonRow,
  lines: readonly CarriedLine[],
): Promise<string> {
  const batch = await transaction.query
    .insertInto('usage_batch')
    .values({
      id: transaction.newId('ubt'),
      name,
      reason,
      owner: idempotencyOwner(caller),
      openedBy: caller.principal,
      createdAt: clock.now(),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await transaction.rows(insertBatchLines, {
    batchId: batch.id,
    ids: lines.map(() => transaction.newId('ubl')),
    accountIds: lines.map(({ accountId }) => accountId),
    keys: lines.map(({ feature }) => `${id}:${feature}`),
    requests: lines.map(({ feature, amount }) => JSON.stringify([feature, amount, null])),
    features: lines.map(({ feature }) => feature),
    amounts: lines.map(({ amount }) => amount),
    works: lines.map(() => null),
    userIds: lines.map(() => null),
    usedAts: lines.map(() => null),
  })
  await publishBatch(transaction, batch, 'usage_batch.opened')
  return batch.id
}
