import type { UsageBatchLineRow } from '#entities/billing/usage-batch-line.entity.js'
import type { UsageBatchRow } from '#entities/billing/usage-batch.entity.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { EntitlementsContext } from '#services/entitlements/entitlements-context.js'
import { isPooled } from '#services/entitlements/pools/decide-route.js'
import type { AccountSnapshot } from '#services/entitlements/snapshot/account-snapshot.js'
import { decideOperations } from '#services/entitlements/usage/decide-operations.js'
import type { UsageMember } from '#services/entitlements/usage/usage-member.js'
import type { Outcome } from '#services/entitlements/usage/usage-operation.js'
import { accountNotFound } from '#services/entitlements/usage/authorize-usage.js'
import { ownTurn } from '#services/kernel/event-loop/own-turn.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import type { BillingContext } from '../billing-context.js'
import { membersOfLines, operationOf } from './apply-lines.js'
import { batchNotFound, findBatch, requireBatchAccess } from './batch-access.js'
import { BatchEffects, type BatchEffect } from './batch-effects.js'

const ACCOUNTS_PER_READ = 200

/** Effect of closing a batch now. */
export interface BatchPreview {
  readonly kind: 'preview'
  readonly batch: UsageBatchRow
  readonly lineCount: number
  readonly deniedCount: number
  /** Ascending by account and feature. */
  readonly effects: readonly BatchEffect[]
}

/**
 * Decides the pending lines of a batch as closing it would, without recording anything. Lines of one account, or of one pool, are
 * decided one after another, in their order.
 */
export async function previewUsageBatch(
  context: BillingContext & EntitlementsContext,
  id: string,
): Promise<BatchPreview | Denied> {
  const access = requireBatchAccess(context, 'ops:read')
  const batch = await findBatch(context.database, access, id)
  if (!batch) throw batchNotFound()
  if (batch.state !== 'OPEN')
    return denied(
      refused('INVALID_TRANSITION', `This batch is ${batch.state}. Its lines have their results.`, {
        field: 'usageBatchId',
      }),
    )
  const lines = await context.database.query
    .selectFrom('usage_batch_line')
    .selectAll()
    .where('batchId', '=', id)
    .where('state', '=', 'PENDING')
    .orderBy('id')
    .execute()
  const members = await membersOfLines(context.database, lines)
  const catalog = context.catalog.current()
  const snapshots = await readSnapshots(context, [...new Set(lines.map(({ accountId }) => accountId))])
  // The services of an account do not see what the units of a parent cost.
  const effects = new BatchEffects({ showsPoolCost: access.owner === null })
  for (const { snapshot, lines: decided } of decidedTogether(catalog, snapshots, lines)) {
    await ownTurn()
    const outcomes = decideLines(catalog, snapshot, decided, members)
    decided.forEach((line, index) => effects.add(line, outcomes[index]!, snapshot))
  }
  return { kind: 'preview', batch, ...effects.totals() }
}

async function readSnapshots(
  { entitlements }: EntitlementsContext,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, AccountSnapshot>> {
  const snapshots = new Map<string, AccountSnapshot>()
  for (let at = 0; at < accountIds.length; at += ACCOUNTS_PER_READ) {
    const part = accountIds.slice(at, at + ACCOUNTS_PER_READ)
    const read = await entitlements.snapshotReader.read(part.map((reference) => ({ reference, userId: null })))
    read.forEach((found, index) => {
      if (!found) throw accountNotFound()
      snapshots.set(part[index]!, found.snapshot)
    })
  }
  return snapshots
}

/** Pure: lines by the account that decides them, which is the parent for units of its pool. */
function decidedTogether(
  catalog: CatalogSnapshot,
  snapshots: ReadonlyMap<string, AccountSnapshot>,
  lines: readonly UsageBatchLineRow[],
): Iterable<{ readonly snapshot: AccountSnapshot; readonly lines: readonly UsageBatchLineRow[] }> {
  const deciding = (line: UsageBatchLineRow): AccountSnapshot => {
    const snapshot = snapshots.get(line.accountId)!
    return isPooled(catalog, line.feature) ? (snapshot.pool ?? snapshot) : snapshot
  }
  return [...Map.groupBy(lines, (line) => deciding(line).accountId).values()].map((ofAccount) => ({
    snapshot: deciding(ofAccount[0]!),
    lines: ofAccount,
  }))
}

const decideLines = (
  catalog: CatalogSnapshot,
  snapshot: AccountSnapshot,
  lines: readonly UsageBatchLineRow[],
  members: ReadonlyMap<string, UsageMember>,
): readonly Outcome[] =>
  decideOperations(
    catalog,
    snapshot,
    lines.map((line) => {
      const operation = operationOf(line, members.get(line.id)!)
      const isOfPool = line.accountId !== snapshot.accountId
      return {
        operation: isOfPool ? { ...operation, subAccountId: line.accountId } : operation,
        known: null,
        held: null,
      }
    }),
  ).outcomes
