import type { UsageBatchRow } from '#entities/billing/usage-batch.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { recordOperatorEvent } from '#services/kernel/events/record-operator-event.js'
import type { OperatorEventType } from '#services/kernel/outbox/event-data/events.js'

const SUMMARIES = {
  'usage_batch.opened': 'A batch of past usage was opened.',
  'usage_batch.closing': 'A batch of past usage is being applied.',
  'usage_batch.closed': 'A batch of past usage was applied.',
  'usage_batch.reverting': 'A batch of past usage is being reverted.',
  'usage_batch.reverted': 'A batch of past usage was reverted.',
} as const satisfies Partial<Record<OperatorEventType, string>>

/** Publishes a transition of a batch to operators. */
export const publishBatch = (
  transaction: Transaction,
  { id, name }: UsageBatchRow,
  type: keyof typeof SUMMARIES,
): Promise<void> =>
  recordOperatorEvent(transaction, {
    type,
    summary: SUMMARIES[type],
    accountId: null,
    data: { usageBatchId: id, name },
  })
