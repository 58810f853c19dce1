import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import { listEvents } from '#services/kernel/events/find-event.js'
import { EMPTY_PAGE, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { IdentityContext } from '#services/identity/caller.js'
import { visibleAccount } from '#services/identity/guard/guard.js'

/** Billing events of an account, newest first. Empty for callers that can see the account but not its billing. */
export async function accountEvents(
  context: IdentityContext,
  accountId: string,
  types: readonly string[] | null,
  request: PageRequest,
): Promise<Page<StreamEventRow>> {
  const visible = await visibleAccount(context, accountId, 'billing:read')
  return visible ? listEvents(context.database, accountId, types, request) : EMPTY_PAGE
}
