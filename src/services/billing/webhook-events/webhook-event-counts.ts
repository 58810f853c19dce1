import type { WebhookEventFilter } from '#schema/billing/webhook-event.type.js'
import { INBOX_STATES } from '#entities/kernel/inbox-state.js'
import { countInboxEvents, type InboxCount } from '#services/kernel/inbox/inbox-queries.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { inboxFilter } from './webhook-events.js'

/** Number of received events of each state. Operators only. */
export async function webhookEventCounts(context: BillingContext, filter: WebhookEventFilter): Promise<InboxCount[]> {
  const conditions = await inboxFilter(context, filter)
  return conditions
    ? countInboxEvents(context.database, conditions)
    : INBOX_STATES.map((state) => ({ state, count: 0 }))
}
