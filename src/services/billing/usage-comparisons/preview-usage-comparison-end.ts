import type { PreviewUsageComparisonEndArgs } from '#schema/billing/usage-comparison.type.js'
import type { EntitlementsContext } from '#services/entitlements/entitlements-context.js'
import { plannedReason } from '#services/kernel/denials/validate-reason.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '../model/billing-context.js'
import { decideLines, snapshotsOf } from '../usage-batches/decide-lines.js'
import type { UsagePreviewReport } from '../usage-batches/preview-usage-batch.js'
import { UsageEffects } from '../usage-batches/usage-effects.js'
import { carriedLines, tooManyLines } from './carried-lines.js'
import { comparisonNotFound, findComparison } from './usage-comparisons.js'

/** Decides the lines that `endUsageComparison` would add to a batch as closing it would. Records nothing. */
export async function previewUsageComparisonEnd(
  context: BillingContext & EntitlementsContext,
  { usageComparisonId: id, balances, reason }: PreviewUsageComparisonEndArgs,
): Promise<UsagePreviewReport | Denied> {
  const comparison = await findComparison(context.database, id)
  if (!comparison) throw comparisonNotFound()
  const invalid = plannedReason(reason)
  if (invalid) return denied(invalid)
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
  const lines = balances === 'DISCARD' ? [] : carriedLines(accounts, snapshots, context.clock.now())
  const excess = tooManyLines(lines)
  if (excess) return denied(excess)
  const effects = new UsageEffects({ catalog: context.catalog.current(), showsPoolCost: true })
  const decided = decideLines(
    context,
    snapshots,
    lines.map((line) => ({ ...line, id: line.key, batchId: id, work: null, properties: null })),
  )
  for await (const ofAccount of decided) effects.addAll(ofAccount)
  return { kind: 'preview', ...effects.totals() }
}
