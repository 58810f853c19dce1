import type { UsageComparisonRow } from '#entities/billing/usage-comparison.entity.js'
import type { EntitlementsContext } from '#services/entitlements/entitlements-context.js'
import { evaluateFeature } from '#services/entitlements/model/evaluate-entitlements.js'
import { requireOperator } from '#services/identity/model/guard.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '../model/billing-context.js'
import { BatchEffects, type BatchEffect, type DeniedLine } from '../usage-batches/batch-effects.js'
import { decideLines, snapshotsOf } from '../usage-batches/decide-lines.js'
import { carriedLines, tooManyLines } from './carried-lines.js'
import { comparisonNotFound, findComparison } from './usage-comparisons.js'

/** Effect on one account and feature of an end that continues, after its batch was closed. */
export interface EndEffect extends Omit<BatchEffect, 'denied'> {
  /** Counted units, which are one line of the batch. */
  readonly carriedUnits: number
  /** Remaining units of the account that decides. Null if unlimited. */
  readonly remainingBefore: number | null
  readonly remainingAfter: number | null
  /** Denial of the line. Null if its units would be recorded. */
  readonly denial: Omit<DeniedLine, 'key'> | null
}

/** Effect of ending a comparison now with the counted usage. */
export interface EndPreview {
  readonly kind: 'preview'
  readonly comparison: UsageComparisonRow
  readonly lineCount: number
  readonly deniedCount: number
  /** Ascending by account and feature. */
  readonly effects: readonly EndEffect[]
}

/** Decides the lines that `endUsageComparison` with `CONTINUE` would add to a batch as closing it would. Records nothing. */
export async function previewUsageComparisonEnd(
  context: BillingContext & EntitlementsContext,
  id: string,
): Promise<EndPreview | Denied> {
  requireOperator(context, 'ops:read')
  const comparison = await findComparison(context.database, id)
  if (!comparison) throw comparisonNotFound()
  if (comparison.endedAt)
    return denied(
      refused('INVALID_TRANSITION', 'This comparison has ended. Preview its batch.', { field: 'usageComparisonId' }),
    )
  const accounts = await context.database.query
    .selectFrom('usage_comparison_account')
    .selectAll()
    .where('comparisonId', '=', id)
    .execute()
  const snapshots = await snapshotsOf(context, accounts)
  const lines = carriedLines(accounts, snapshots, context.clock.now())
  const excess = tooManyLines(lines)
  if (excess) return denied(excess)
  const effects = new BatchEffects({ showsPoolCost: true })
  const balances = new Map<string, Pick<EndEffect, 'carriedUnits' | 'remainingBefore' | 'remainingAfter'>>()
  const catalog = context.catalog.current()
  const decided = decideLines(
    context,
    snapshots,
    lines.map((line) => ({ ...line, id: line.key, batchId: id, work: null })),
  )
  for await (const { snapshot, lines: ofAccount, outcomes, after } of decided)
    ofAccount.forEach((line, index) => {
      effects.add(line, outcomes[index]!, snapshot)
      const feature = catalog.features.get(line.feature)
      const remaining = (at: typeof snapshot) => (feature ? evaluateFeature(catalog, at, feature).remaining : 0)
      balances.set(nameOf(line), {
        carriedUnits: line.amount,
        remainingBefore: remaining(snapshot),
        remainingAfter: remaining(after),
      })
    })
  const { effects: sums, ...counts } = effects.totals()
  return {
    kind: 'preview',
    comparison,
    ...counts,
    effects: sums.map(({ denied: [line], ...effect }) => ({
      ...effect,
      ...balances.get(nameOf(effect))!,
      denial: line ? { code: line.code, message: line.message } : null,
    })),
  }
}

const nameOf = ({ accountId, feature }: Pick<EndEffect, 'accountId' | 'feature'>): string => `${accountId} ${feature}`
