import type { ServiceKeyRow } from '#entities/identity/service-key.entity.js'
import { sql } from 'kysely'
import { EMPTY_COUNTED_PAGE, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import { mayOperate, visibleAccount } from '../model/guard.js'
import type { IdentityContext } from '../model/caller.js'

/**
 * Sessions of an account that have not ended, latest first. A service key reads those that it created; owners, admins and operators read all,
 * and others none.
 */
export async function accountSessions(
  context: IdentityContext,
  { accountId: reference }: { readonly accountId: string },
  page: PageRequest,
): Promise<CountablePage<ServiceKeyRow>> {
  const isApplication = createsSessions(context) && !mayOperate(context, 'ops:read')
  const account = await visibleAccount(context, reference, isApplication ? 'account:read' : 'access:read')
  if (!account) return EMPTY_COUNTED_PAGE
  const { id: accountId } = account
  const sessions = context.database.query
    .selectFrom('service_key')
    .where('accountId', '=', accountId)
    .where('permissions', 'is not', null)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', sql<Date>`now()`)
    .$if(isApplication, (query) => query.where('createdBy', '=', context.caller.principal))
  return readRows(page, `sessions ${accountId}`, sessions.selectAll())
}

/** True for a service key. An account session creates no others. */
export const createsSessions = ({ caller }: IdentityContext): boolean =>
  caller.kind === 'service' && caller.permissions === null
