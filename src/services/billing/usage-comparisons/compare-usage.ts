import type { ComparedUseInput } from '#schema/billing/usage-comparison.type.js'
import { beyondPresent, presentOrPast } from '#services/kernel/clock/clock-skew.js'
import type { ComparedDecision } from '#entities/billing/usage-compared-use.entity.js'
import type { UsageComparisonAccountRow } from '#entities/billing/usage-comparison-account.entity.js'
import { requireSignedIn, accountNotFound } from '#services/identity/model/guard.js'
import { invalidAmountOfWork, validateWork, workOfKey } from '#services/entitlements/model/work.js'
import { loadSnapshot } from '#services/entitlements/snapshot/load-snapshot.js'
import { usableFeature } from '#services/entitlements/usage/decide-consume.js'
import { invalidUse } from '#services/entitlements/usage/operation-key.js'
import {
  reportPerAccount,
  type RejectedUsage,
  type ReportedItem,
} from '#services/entitlements/usage/report-per-account.js'
import { idempotencyMismatch, validateAmount } from '#services/entitlements/model/usage-denials.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { refused, type Denial } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '../model/billing-context.js'
import { decideComparison } from './decide-comparison.js'

export interface ComparedUses {
  readonly accepted: number
  /** Uses that were compared before under the same key. */
  readonly duplicates: number
  /** Accepted uses with a difference. */
  readonly different: number
  readonly rejected: readonly RejectedUsage[]
}

const MAX_USES = 200
const MAX_USES_OF_ACCOUNT = 100_000
const DAY_MS = 86_400_000

/**
 * Compares uses that another engine decided: each is compared once, recognized by its key, or rejected with a reason. Nothing is
 * consumed.
 */
export async function compareUsage(
  context: BillingContext,
  uses: readonly ComparedUseInput[],
): Promise<ComparedUses | Denied> {
  requireSignedIn(context)
  if (uses.length > MAX_USES)
    return denied(refused('INVALID_PARAMETERS', `uses must contain at most ${MAX_USES} items.`, { field: 'uses' }))
  return reportPerAccount(context, uses, 'entitlements:use', (items) => compare(context, items))
}

async function compare(
  context: BillingContext,
  items: readonly ReportedItem<ComparedUseInput>[],
): Promise<ComparedUses> {
  const indexed = items.map(({ item: use, account }, index) => ({ use, index, accountId: account.id }))
  const results: Result[] = []
  const progressed = new Set<string>()
  for (const [accountId, ofAccount] of Map.groupBy(indexed, (one) => one.accountId))
    results.push(
      ...(await context.database.transaction((transaction) =>
        compareAccount(context, transaction, accountId, ofAccount, progressed),
      )),
    )
  for (const comparisonId of progressed) context.comparisonProgress.note(comparisonId)
  const count = (kind: Result['kind']) => results.filter((result) => result.kind === kind).length
  return {
    accepted: count('equal') + count('different'),
    duplicates: count('duplicate'),
    different: count('different'),
    rejected: results
      .flatMap((result) =>
        result.kind === 'rejected'
          ? [{ index: result.index, code: result.denial.code, message: result.denial.message }]
          : [],
      )
      .toSorted((left, right) => left.index - right.index),
  }
}

type Result =
  | { readonly kind: 'equal' | 'different' | 'duplicate' }
  | { readonly kind: 'rejected'; readonly index: number; readonly denial: Denial }

interface IndexedUse {
  readonly use: ComparedUseInput
  readonly index: number
}

/** Compares the uses of one account in their order, under the lock of its row. Adds its comparison to `progressed` if it counted any. */
async function compareAccount(
  { catalog: catalogs, clock }: BillingContext,
  transaction: Transaction,
  accountId: string,
  uses: readonly IndexedUse[],
  progressed: Set<string>,
): Promise<Result[]> {
  const row = await transaction.query
    .selectFrom('usage_comparison_account')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('endedAt', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return uses.map(({ index }) => ({ kind: 'rejected', index, denial: notCompared() }))
  const catalog = catalogs.current()
  const now = clock.now()
  const snapshot = await loadSnapshot(transaction, catalog, accountId, now)
  if (!snapshot) throw accountNotFound()
  const known = await knownRequests(transaction, row, uses)
  const { startedAt } = await transaction.query
    .selectFrom('usage_comparison')
    .select('startedAt')
    .where('id', '=', row.comparisonId)
    .executeTakeFirstOrThrow()
  let { state } = row
  const rows: NewUse[] = []
  const results = uses.map(({ use, index }): Result => {
    const request = requestOf(use)
    const first = known.get(use.key)
    if (first !== undefined)
      return first === request ? { kind: 'duplicate' } : { kind: 'rejected', index, denial: idempotencyMismatch() }
    const usedAt = use.at ? (presentOrPast(use.at, now) ?? use.at) : now
    const feature = usableFeature(catalog, use.feature)
    if ('denial' in feature) return { kind: 'rejected', index, denial: feature.denial }
    const total = Object.values(state.features).reduce((sum, { compared }) => sum + compared, 0)
    const problem =
      invalidInput(use) ??
      invalidTime(usedAt, { startedAt, now }) ??
      (total >= MAX_USES_OF_ACCOUNT ? tooManyUses() : null)
    if (problem) return { kind: 'rejected', index, denial: problem }
    const theirs = theirDecision(use)
    const { work = null, amount } = use
    const outcome = decideComparison(
      catalog,
      snapshot,
      state,
      { feature, amount: amount ?? 0, work, usedAt, theirs },
      now,
    )
    if ('denial' in outcome) return { kind: 'rejected', index, denial: outcome.denial }
    const { ours, differences } = outcome
    state = outcome.state
    known.set(use.key, request)
    rows.push({ key: use.key, request, feature: feature.code, usedAt, differences, theirs, ours })
    return { kind: differences.length > 0 ? 'different' : 'equal' }
  })
  if (rows.length > 0) {
    await store(transaction, row, rows, state)
    progressed.add(row.comparisonId)
  }
  return results
}

const notCompared = (): Denial =>
  refused('INVALID_TRANSITION', 'The account is in no running comparison. An operator starts one.', {
    field: 'accountId',
  })

const tooManyUses = (): Denial =>
  refused(
    'TOO_MANY_OBJECTS',
    `A comparison has at most ${MAX_USES_OF_ACCOUNT} uses of an account. Start another one.`,
    {
      field: 'uses',
    },
  )

function invalidInput({ key, amount, work = null, units, cost, remaining }: ComparedUseInput): Denial | null {
  const negative = [units, cost?.amountMinor, remaining].some((number) => number != null && number < 0)
  return (
    invalidUse(key, {}, 'key') ??
    (work ? (invalidAmountOfWork(amount) ?? validateWork(work)) : validateAmount(amount ?? 0)) ??
    (negative
      ? refused('INVALID_PARAMETERS', 'units, cost and remaining must not be negative.', { field: 'uses' })
      : null)
  )
}

function invalidTime(usedAt: Date, { startedAt, now }: { startedAt: Date; now: Date }): Denial | null {
  if (usedAt > now) return refused('INVALID_PARAMETERS', beyondPresent('at'), { field: 'at' })
  return usedAt < startedAt || now.getTime() - usedAt.getTime() > DAY_MS
    ? refused('INVALID_PARAMETERS', 'at must be within the last 24 hours, and after the start of the comparison.', {
        field: 'at',
      })
    : null
}

const theirDecision = ({ allowed, units, cost, remaining, resetsAt }: ComparedUseInput): ComparedDecision => ({
  allowed,
  units: units ?? null,
  costMinor: cost?.amountMinor ?? null,
  currency: cost?.currency ?? null,
  remaining: remaining ?? null,
  resetsAt: resetsAt?.toISOString() ?? null,
})

const requestOf = (use: ComparedUseInput): string =>
  JSON.stringify([
    use.feature,
    use.work ? null : use.amount,
    use.at?.toISOString() ?? null,
    theirDecision(use),
    ...workOfKey(use.work ?? null),
  ])

interface NewUse {
  readonly key: string
  readonly request: string
  readonly feature: string
  readonly usedAt: Date
  readonly differences: readonly string[]
  readonly theirs: object
  readonly ours: object
}

async function knownRequests(
  { query }: Transaction,
  { comparisonId, accountId }: UsageComparisonAccountRow,
  uses: readonly IndexedUse[],
): Promise<Map<string, string>> {
  const keys = uses.map(({ use }) => use.key).filter((key) => invalidUse(key) === null)
  if (keys.length === 0) return new Map()
  const rows = await query
    .selectFrom('usage_compared_use')
    .select(['key', 'request'])
    .where('comparisonId', '=', comparisonId)
    .where('accountId', '=', accountId)
    .where('key', 'in', keys)
    .execute()
  return new Map(rows.map(({ key, request }) => [key, request]))
}

async function store(
  transaction: Transaction,
  { id, comparisonId, accountId }: UsageComparisonAccountRow,
  rows: readonly NewUse[],
  state: object,
): Promise<void> {
  await transaction.query
    .insertInto('usage_compared_use')
    .values(
      rows.map(({ theirs, ours, differences, ...row }) => ({
        id: transaction.newId('ucu'),
        accountId,
        comparisonId,
        ...row,
        differences: differences as never,
        theirs: JSON.stringify(theirs) as never,
        ours: JSON.stringify(ours) as never,
      })),
    )
    .execute()
  await transaction.query
    .updateTable('usage_comparison_account')
    .set({ state: JSON.stringify(state) as never })
    .where('id', '=', id)
    .where('accountId', '=', accountId)
    .execute()
}
