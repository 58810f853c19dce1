import type { ReplayWebhooksArgs } from '#schema/billing/webhook-event.type.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { countInboxEvents } from '#services/kernel/inbox/inbox-queries.js'
import { replayEvents } from '#services/kernel/inbox/replay-events.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { inboxFilter } from './webhook-events.js'

export interface ReplayedWebhooks {
  readonly matchedCount: number
  readonly replayedCount: number
}

/** Replays all events of a filter, at most 1,000 per call, oldest first. Default: dead ones. Operators only. */
export async function replayWebhooks(
  context: BillingContext,
  { filter, dryRun }: ReplayWebhooksArgs,
): Promise<ReplayedWebhooks | Denied> {
  const states = filter?.statuses ?? ['DEAD']
  if (states.includes('QUARANTINED'))
    return denied(refused('INVALID_TRANSITION', 'Quarantined events are never applied.', { field: 'filter.statuses' }))
  const conditions = await inboxFilter(context, { ...filter, statuses: states })
  if (!conditions) return { matchedCount: 0, replayedCount: 0 }
  const counts = await countInboxEvents(context.database, conditions)
  const matchedCount = counts.reduce((sum, { count }) => sum + count, 0)
  return { matchedCount, replayedCount: dryRun ? 0 : await replayEvents(context, conditions) }
}
