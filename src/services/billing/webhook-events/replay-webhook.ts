import type { InboxEventRow } from '#entities/kernel/inbox-event.entity.js'
import type { Denied } from '#services/kernel/result/denied.js'
import { replayEvent } from '#services/kernel/inbox/replay-event.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'

/** Processes a received event again. Without a difference nothing changes. */
export function replayWebhook(context: BillingContext, eventId: string): Promise<InboxEventRow | Denied> {
  return replayEvent(context, eventId)
}
