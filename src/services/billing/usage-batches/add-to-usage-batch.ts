import type { UsageBatchRow } from '#entities/billing/usage-batch.entity.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, type Denial } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import { requireAccount } from '#services/identity/guard/guard.js'
import { invalidAmountOfWork, validateWork, workOfKey, type Work } from '#services/entitlements/rate-cards/work.js'
import { usableFeature } from '#services/entitlements/usage/decide-consume.js'
import { invalidUse } from '#services/entitlements/usage/operation-key.js'
import type { RejectedUsage } from '#services/entitlements/usage/record-usage.js'
import { idempotencyMismatch, validateAmount } from '#services/entitlements/usage/usage-denials.js'
import type { BillingContext } from '../billing-context.js'
import { lockBatch, requireBatchAccess } from './batch-access.js'
import { insertBatchLines, storedBatchLines, type NewBatchLine } from './usage-batches.sql.js'

export interface BatchLine {
  readonly accountId: string
  readonly feature: string
  /** Required without work. */
  readonly amount?: number | null
  /** Work that the rate card prices, instead of `amount`. */
  readonly work?: Work | null
  /** Time of the usage. Default: the time at which the batch is closed. */
  readonly usedAt?: Date | null
  readonly key: string
}

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
 * Adds lines to an open batch: each is stored, recognized as a repetition by its key, or rejected with a reason. An inaccessible
 * account rejects the whole list.
 */
export async function addToUsageBatch(
  context: BillingContext,
  { usageBatchId, lines }: { readonly usageBatchId: string; readonly lines: readonly BatchLine[] },
): Promise<BatchAddition | Denied> {
  const access = requireBatchAccess(context, 'ops:write')
  if (lines.length > MAX_LINES_PER_CALL)
    return denied(
      refused('INVALID_PARAMETERS', `lines must contain at most ${MAX_LINES_PER_CALL} items.`, { field: 'lines' }),
    )
  const accounts = await Promise.all(
    lines.map(({ accountId }) => requireAccount(context, accountId, access.permission)),
  )
  const catalog = context.catalog.current()
  const now = context.clock.now()
  const checked = lines.map((line, index) => ({
    index,
    denial: invalidLine(catalog, line, now),
    line: { ...columnsOf(line), accountId: accounts[index]!.id },
  }))
  return context.database
    .transaction(async (transaction) => {
      const batch = await lockBatch(transaction, access, usageBatchId)
      if (batch.state !== 'OPEN')
        return denied(
          refused('INVALID_TRANSITION', `This batch is ${batch.state}. Open another one.`, { field: 'usageBatchId' }),
        )
      const valid = checked.filter(({ denial }) => denial === null)
      const stored = await storeLines(
        transaction,
        batch.id,
        valid.map(({ line }) => line),
      )
      if (stored.count > MAX_LINES) throw new TooManyLines()
      const changed = valid.filter(({ line }) => stored.requests.get(keyOf(line)) !== line.request)
      const rejected = checked.flatMap(({ index, denial, line }) => {
        const problem = denial ?? (stored.requests.get(keyOf(line)) === line.request ? null : idempotencyMismatch())
        return problem ? [{ index, code: problem.code, message: problem.message }] : []
      })
      return { batch, accepted: stored.added, duplicates: valid.length - changed.length - stored.added, rejected }
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
  { feature: code, amount, work = null, usedAt, key }: BatchLine,
  now: Date,
): Denial | null {
  const feature = usableFeature(catalog, code)
  return (
    invalidUse(key, null, 'key') ??
    ('denial' in feature ? feature.denial : null) ??
    (work ? (invalidAmountOfWork(amount) ?? validateWork(work)) : validateAmount(amount ?? 0)) ??
    (usedAt && usedAt > now
      ? refused('INVALID_PARAMETERS', 'usedAt must not be in the future.', { field: 'usedAt' })
      : null)
  )
}

const columnsOf = ({ feature, amount, work = null, usedAt, key }: BatchLine): Omit<NewBatchLine, 'accountId'> => ({
  key,
  feature,
  request: JSON.stringify([feature, work ? null : amount, usedAt?.toISOString() ?? null, ...workOfKey(work)]),
  amount: work ? null : (amount ?? 0),
  work: work && JSON.stringify(work),
  usedAt: usedAt ?? null,
})

const keyOf = ({ accountId, key }: Pick<NewBatchLine, 'accountId' | 'key'>): string => `${accountId} ${key}`

/** Inserts lines with new keys. Returns what is stored under the keys of all of them. */
async function storeLines(transaction: Transaction, batchId: string, lines: readonly NewBatchLine[]) {
  // The first line with a key counts, in this call as well.
  const first = [...Map.groupBy(lines, keyOf).values()].map(([line]) => line!)
  const added = await transaction.rows(insertBatchLines, {
    batchId,
    ids: first.map(() => transaction.newId('ubl')),
    accountIds: first.map(({ accountId }) => accountId),
    keys: first.map(({ key }) => key),
    requests: first.map(({ request }) => request),
    features: first.map(({ feature }) => feature),
    amounts: first.map(({ amount }) => amount),
    works: first.map(({ work }) => work),
    usedAts: first.map(({ usedAt }) => usedAt),
  })
  const rows = await transaction.rows(storedBatchLines, {
    batchId,
    accountIds: first.map(({ accountId }) => accountId),
    keys: first.map(({ key }) => key),
  })
  const { count } = await transaction.query
    .selectFrom('usage_batch_line')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('batchId', '=', batchId)
    .executeTakeFirstOrThrow()
  return { added: added.length, count, requests: new Map(rows.map((row) => [keyOf(row), row.request])) }
}
