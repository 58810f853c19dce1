import type { UsageBatchLineRow } from '#entities/billing/usage-batch-line.entity.js'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { EntitlementsContext } from '#services/entitlements/entitlements-context.js'
import { runOperation, type ConsumeOutcome } from '#services/entitlements/usage/run-operation.js'
import { usageMembers, type UsageMember } from '#services/entitlements/model/usage-member.js'
import type { Operation } from '#services/entitlements/usage/usage-operation.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { denied } from '#services/kernel/result/denied.js'
import { lockBatch } from './batch-access.js'
import { isGivenUp, isRecorded, LINE_KEY, notApplied } from './failed-line.js'
import { finishBatchLines } from './usage-batches.sql.js'

const LINES_PER_TRANSACTION = 50

/**
 * Applies the next pending lines of a batch in the state `CLOSING`. Returns their number: 0 if none is left. The batch is locked until
 * the results of the lines are written, so that a line has one result, and its ID is the key of its consumption, so that a crash between
 * both repeats nothing.
 */
export const applyLines = (context: EntitlementsContext, batchId: string, due: ScheduledJobRow): Promise<number> =>
  context.database.transaction(async (transaction) => {
    await lockBatch(transaction, { owner: null }, batchId)
    const lines = await transaction.query
      .selectFrom('usage_batch_line')
      .selectAll()
      .where('batchId', '=', batchId)
      .where('state', '=', 'PENDING')
      .orderBy('id')
      .limit(LINES_PER_TRANSACTION)
      .execute()
    if (lines.length === 0) return 0
    const members = await membersOfLines(transaction, lines)
    const hasPools = context.catalog.current().pools.length > 0
    const results = await Promise.all(
      // The lines of an account are applied one after another, in their order, and those of all accounts if accounts share units.
      [...Map.groupBy(lines, ({ accountId }) => (hasPools ? '' : accountId)).values()].map(async (ofAccount) => {
        const outcomes: LineResult[] = []
        for (const line of ofAccount)
          outcomes.push({ line, outcome: await applyLine(context, line, members.get(line.id)!, due) })
        return outcomes
      }),
    )
    const done = results.flat()
    await transaction.run(finishBatchLines, {
      ids: done.map(({ line }) => line.id),
      accountIds: done.map(({ line }) => line.accountId),
      consumptionIds: done.map(({ outcome }) => (outcome.kind === 'consumed' ? outcome.consumption.id : null)),
      units: done.map(({ outcome }) => (outcome.kind === 'consumed' ? outcome.consumption.amount : null)),
      denialCodes: done.map(({ outcome }) => (outcome.kind === 'denied' ? outcome.denial.code : null)),
      denialMessages: done.map(({ outcome }) => (outcome.kind === 'denied' ? outcome.denial.message : null)),
      now: context.clock.now(),
    })
    return lines.length
  })

interface LineResult {
  readonly line: UsageBatchLineRow
  readonly outcome: ConsumeOutcome
}

async function applyLine(
  context: EntitlementsContext,
  line: UsageBatchLineRow,
  member: UsageMember,
  due: ScheduledJobRow,
): Promise<ConsumeOutcome> {
  try {
    return (await runOperation(context, line.accountId, operationOf(line, member))) as ConsumeOutcome
  } catch (error) {
    if (!isGivenUp(due, error) || (await isRecorded(context.database, line))) throw error
    context.log.error({ err: error, batch: line.batchId, line: line.id }, 'line of a usage batch failed')
    return denied(notApplied())
  }
}

/** The part of a line that its decision depends on. */
export type LineToDecide = Pick<
  UsageBatchLineRow,
  | 'id'
  | 'batchId'
  | 'accountId'
  | 'key'
  | 'request'
  | 'feature'
  | 'amount'
  | 'work'
  | 'properties'
  | 'userId'
  | 'usedAt'
>

/** The members of the lines, by the ID of the line. */
export async function membersOfLines(
  sql: Sql,
  lines: readonly LineToDecide[],
): Promise<ReadonlyMap<string, UsageMember>> {
  const members = await usageMembers(sql, lines)
  return new Map(lines.map(({ id }, index) => [id, members[index]!]))
}

/** The consumption of a line. */
export const operationOf = (
  { id, batchId, feature, amount, work, properties, usedAt, request }: LineToDecide,
  member: UsageMember,
): Extract<Operation, { kind: 'consume' }> => ({
  kind: 'consume',
  feature,
  amount: amount ?? 0,
  work,
  properties,
  reference: `batch ${batchId}`,
  ...member,
  at: usedAt,
  key: { ...LINE_KEY, key: id, request },
})
