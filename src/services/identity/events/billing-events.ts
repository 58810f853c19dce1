import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import { createEventFilter, selectsType, type RequestedTypes } from '#services/kernel/events/event-filter.js'
import { listEvents } from '#services/kernel/events/find-event.js'
import { followStream, type OpenedStream } from '#services/kernel/events/follow-stream.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { untilAccessRevoked } from '#services/identity/guard/until-access-revoked.js'

export interface BillingEventsRequest extends RequestedTypes {
  readonly accountId?: string | null
  readonly after?: string | null
}

/** Stream of the billing events of an account, for callers with permission. */
export async function billingEvents(
  context: IdentityContext,
  { accountId, after, ...requested }: BillingEventsRequest,
): Promise<OpenedStream> {
  const account = await requireAccount(context, accountId, 'billing:read')
  const filter = createEventFilter(requested)
  const stream = followStream(context, {
    streamId: account.id,
    accountId: account.id,
    version: account.version,
    after,
    wants: ({ type }) => selectsType(filter, type),
  })
  return untilAccessRevoked(context, account.id, 'billing:read', stream)
}

/** Billing events of an account, newest first. Requires permission to read its billing. */
export async function accountEvents(
  context: IdentityContext,
  accountId: string,
  requested: RequestedTypes,
  request: PageRequest,
): Promise<Page<StreamEventRow>> {
  const filter = createEventFilter(requested)
  await requireAccount(context, accountId, 'billing:read')
  return listEvents(context.database, { streamId: accountId, accountId }, filter, request)
}
