import type { UsageComparisonRow } from '#entities/billing/usage-comparison.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { recordOperatorEvent } from '#services/kernel/events/record-operator-event.js'

const SUMMARIES = {
  'usage_comparison.started': 'A comparison with another engine was started.',
  'usage_comparison.progressed': 'Uses of a comparison with another engine were compared.',
  'usage_comparison.ended': 'A comparison with another engine was ended.',
} as const

/** Publishes the start, the progress or the end of a comparison to operators. */
export const publishComparison = (
  transaction: Transaction,
  { id, name }: UsageComparisonRow,
  type: keyof typeof SUMMARIES,
): Promise<void> =>
  recordOperatorEvent(transaction, {
    type,
    summary: SUMMARIES[type],
    accountId: null,
    data: { usageComparisonId: id, name },
  })
