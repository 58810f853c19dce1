import type { InboxEventRow } from '#entities/kernel/inbox-event.entity.js'
import { mayOperate, requireOperator } from '#services/identity/guard/guard.js'
import { findInboxEvent, listInboxEvents, type InboxFilter } from '#services/kernel/inbox/inbox-queries.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import type { OpsContext } from '../ops-context.js'

/** Received provider events with their status and its reason. Operators only. */
export function webhookEvents(
  context: OpsContext,
  filter: InboxFilter,
  request: PageRequest,
): Promise<Page<InboxEventRow>> {
  requireOperator(context, 'ops:read')
  return listInboxEvents(context.database, filter, request)
}

/** One of them; null for everybody but operators. */
export function webhookEvent(context: OpsContext, id: string): Promise<InboxEventRow | null> {
  return mayOperate(context, 'ops:read') ? findInboxEvent(context.database, id) : Promise.resolve(null)
}
