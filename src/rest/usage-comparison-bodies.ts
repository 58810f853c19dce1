import type { RequestContext } from '../context/request-context.js'
import type { ComparedDecision, UsageComparedUseRow } from '../entities/billing/usage-compared-use.entity.js'
import type { UsageComparisonRow } from '../entities/billing/usage-comparison.entity.js'
import type { EndEffect } from '../services/billing/usage-comparisons/preview-usage-comparison-end.js'
import { comparedTotals } from '../services/billing/usage-comparisons/usage-comparisons.js'
import { moneyBody } from './money-bodies.js'
import { overageBody, takenBody } from './usage-batch-bodies.js'

export async function comparisonBody(context: RequestContext, row: UsageComparisonRow) {
  const accounts = await context.loaders.usageComparisonAccounts.load(row.id)
  return {
    id: row.id,
    name: row.name,
    reason: row.reason,
    started_by: row.startedBy,
    started_at: row.startedAt.toISOString(),
    ended_by: row.endedBy,
    end_reason: row.endReason,
    ended_at: row.endedAt?.toISOString() ?? null,
    usage_batch_id: row.usageBatchId,
    account_count: accounts.length,
    totals: comparedTotals(accounts).map((total) => ({
      feature: total.feature,
      compared: total.compared,
      equal: total.equal,
      uncovered_units: total.uncovered,
      differences: [...total.differences].map(([kind, count]) => ({ kind: kind.toLowerCase(), count })),
    })),
  }
}

export const differenceBody = ({ theirs, ours, ...row }: UsageComparedUseRow) => ({
  id: row.id,
  key: row.key,
  account_id: row.accountId,
  feature: row.feature,
  used_at: row.usedAt.toISOString(),
  kinds: row.differences.map((kind) => kind.toLowerCase()),
  theirs: { ...decisionBody(theirs), denial: null },
  ours: {
    ...decisionBody(ours),
    denial: ours.denialCode === null ? null : { code: ours.denialCode, message: ours.denialMessage ?? '' },
  },
  uncovered_units: ours.uncovered,
})

export const endEffectBody = (effect: EndEffect) => ({
  account_id: effect.accountId,
  feature: effect.feature,
  carried_units: effect.carriedUnits,
  units: effect.units,
  remaining_before: effect.remainingBefore,
  remaining_after: effect.remainingAfter,
  taken: takenBody(effect),
  overage: overageBody(effect),
  invoice_effect: effect.invoiceEffect.toLowerCase(),
  denial: effect.denial,
})

const decisionBody = ({ allowed, units, costMinor, currency, remaining, resetsAt }: ComparedDecision) => ({
  allowed,
  units,
  cost: costMinor === null || currency === null ? null : moneyBody({ amountMinor: costMinor, currency }),
  remaining,
  resets_at: resetsAt,
})
