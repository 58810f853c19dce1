import type { UsageEventInput } from '#schema/entitlements/record-usage.type.js'
import { beyondPresent, presentOrPast } from '#services/kernel/clock/clock-skew.js'
import type { UsageBatchRow } from '#entities/billing/usage-batch.entity.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, type Denial } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { invalidProperties, propertiesOfKey } from '#services/entitlements/model/use-properties.js'
import { invalidAmountOfWork, validateWork, workOfKey } from '#services/entitlements/model/work.js'
import { usableFeature } from '#services/entitlements/usage/decide-consume.js'
import { invalidUse } from '#services/entitlements/usage/operation-key.js'
import {
  reportPerAccount,
  type RejectedUsage,
  type ReportedItem,
} from '#services/entitlements/usage/report-per-account.js'
import { memberOfKey, usageMembers } from '#services/entitlements/model/usage-member.js'
import { idempotencyMismatch, memberDenial, validateAmount } from '#services/entitlements/model/usage-denials.js'
import type { BillingContext } from '../model/billing-context.js'
import { lockBatch, requireBatchAccess, type BatchAccess } from './batch-access.js'
import { insertBatchLines, storedBatchLines, type NewBatchLine } from './usage-batches.sql.js'

export interface BatchAddition {
  readonly batch: UsageBatchRow
  readonly accepted: number
  /** Lines that were added before under the same key. */
  readonly duplicates: number
  readonly rejected: readonly RejectedUsage[]
}

const MAX_LINES_PER_CALL = 500
export const MAX_LINES = 5_000

/**
 * Adds lines to an open batch: each is stored, recognized as a repetition by its key, or rejected with a reason.
 */
export async function addToUsageBatch(
  context: BillingContext,
  { usageBatchId, lines }: { readonly usageBatchId: string; readonly lines: readonly UsageEventInput[] },
): Promise<BatchAddition | Denied> {
  const access = requireBatchAccess(context, 'ops:write')
  if (lines.length > MAX_LINES_PER_CALL)
    return denied(
      refused('INVALID_PARAMETERS', `lines must contain at most ${MAX_LINES_PER_CALL} items.`, { field: 'lines' }),
    )
  return reportPerAccount(context, lines, access.permission, (items) => add(context, access, usageBatchId, items))
}

async function add(
  context: BillingContext,
  access: BatchAccess,
  usageBatchId: string,
  lines: readonly ReportedItem<UsageEventInput>[],
): Promise<BatchAddition | Denied> {
  const members = await usageMembers(
    context.database,
    lines.map(({ item: { userId }, account }) => ({ accountId: account.id, userId })),
  )
  const catalog = context.catalog.current()
  const now = context.clock.now()
  const checked = lines.map(({ item, account }, index): CheckedLine => ({
    index,
    denial: invalidLine(catalog, item, now) ?? memberDenial(members[index]!),
    line: { ...columnsOf(item), accountId: account.id },
  }))
  return context.database
    .transaction(async (transaction) => {
      const batch = await lockBatch(transaction, access, usageBatchId)
      if (batch.state !== 'OPEN')
        return denied(
          refused('INVALID_TRANSITION', `This batch is ${batch.state}. Open another one.`, { field: 'usageBatchId' }),
        )
      const stored = await storeLines(transaction, batch.id, checked)
      if (stored.count > MAX_LINES) throw new TooManyLines()
      // A line that was added before is a repetition, also if it would be rejected now, as after its member has left.
      const rejected = checked.flatMap(({ index, denial, line }) => {
        if (stored.requests.get(keyOf(line)) === line.request) return []
        const { code, message } = denial ?? idempotencyMismatch()
        return [{ index, code, message }]
      })
      return { batch, accepted: stored.added, duplicates: lines.length - rejected.length - stored.added, rejected }
    })
    .catch((error: unknown) => {
      if (!(error instanceof TooManyLines)) throw error
      return denied(
        refused('TOO_MANY_OBJECTS', `A batch can contain at most ${MAX_LINES} lines. Open another one.`, {
          field: 'lines',
        }),
      )
    })
}

/** Rolls back a call that would exceed the maximum. */
class TooManyLines extends Error {}

function invalidLine(
  catalog: CatalogSnapshot,
  { feature: code, amount, work = null, properties, at, key }: UsageEventInput,
  now: Date,
): Denial | null {
  const feature = usableFeature(catalog, code)
  return (
    invalidUse(key, {}, 'key') ??
    ('denial' in feature ? feature.denial : null) ??
    (work ? (invalidAmountOfWork(amount) ?? validateWork(work)) : validateAmount(amount ?? 0)) ??
    (properties && !('denial' in feature) ? invalidProperties(feature, properties) : null) ??
    (at && !presentOrPast(at, now) ? refused('INVALID_PARAMETERS', beyondPresent('at'), { field: 'at' }) : null)
  )
}

const columnsOf = ({
  feature,
  amount,
  work = null,
  properties = null,
  userId,
  at,
  key,
}: UsageEventInput): Omit<NewBatchLine, 'accountId'> => ({
  key,
  feature,
  request: JSON.stringify([
    feature,
    work ? null : amount,
    at?.toISOString() ?? null,
    ...workOfKey(work),
    ...memberOfKey(userId),
    ...propertiesOfKey(properties),
  ]),
  amount: work ? null : (amount ?? 0),
  work: work && JSON.stringify(work),
  properties: properties && properties.length > 0 ? JSON.stringify(properties) : null,
  userId: userId ?? null,
  usedAt: at ?? null,
})

const keyOf = ({ accountId, key }: Pick<NewBatchLine, 'accountId' | 'key'>): string => `${accountId} ${key}`

interface CheckedLine {
  readonly index: number
  readonly denial: Denial | null
  readonly line: NewBatchLine
}

/** Inserts valid lines with new keys. Returns what is stored under the keys of all lines. */
async function storeLines(transaction: Transaction, batchId: string, lines: readonly CheckedLine[]) {
  const known = lines.filter(({ line }) => invalidUse(line.key, {}, 'key') === null)
  const valid = lines.flatMap(({ denial, line }) => (denial ? [] : [line]))
  // The first line with a key counts, in this call as well.
  const first = [...Map.groupBy(valid, keyOf).values()].map(([line]) => line!)
  const added = await transaction.rows(insertBatchLines, {
    batchId,
    ids: first.map(() => transaction.newId('ubl')),
    accountIds: first.map(({ accountId }) => accountId),
    keys: first.map(({ key }) => key),
    requests: first.map(({ request }) => request),
    features: first.map(({ feature }) => feature),
    amounts: first.map(({ amount }) => amount),
    works: first.map(({ work }) => work),
    properties: first.map(({ properties }) => properties),
    userIds: first.map(({ userId }) => userId),
    usedAts: first.map(({ usedAt }) => usedAt),
  })
  const rows = await transaction.rows(storedBatchLines, {
    batchId,
    accountIds: known.map(({ line }) => line.accountId),
    keys: known.map(({ line }) => line.key),
  })
  const { count } = await transaction.query
    .selectFrom('usage_batch_line')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('batchId', '=', batchId)
    .executeTakeFirstOrThrow()
  return { added: added.length, count, requests: new Map(rows.map((row) => [keyOf(row), row.request])) }
}
