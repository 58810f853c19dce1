import type { ServiceKeyRow } from '#entities/identity/service-key.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { CountablePage, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'
import { requireAccount, requireSignedIn } from '../model/guard.js'
import { requireInstallation, type OwnerRequest } from '../model/installation-access.js'
import type { IdentityContext } from '../model/caller.js'

/** Keys in creation order: of one account, or, for operators, of all accounts and the installation. */
export async function apiKeys(
  context: IdentityContext,
  request: OwnerRequest,
  page: PageRequest,
): Promise<CountablePage<ServiceKeyRow>> {
  requireSignedIn(context)
  const accountId = await ownerOfKeys(context, request)
  const keys = context.database.query
    .selectFrom('service_key')
    // Account sessions are not listed: there is one for each visit.
    .where('permissions', 'is', null)
    .$if(accountId !== null, (query) => query.where('accountId', '=', accountId))
  return readRows(page, `keys ${accountId ?? ''}`, keys.selectAll(), { ascending: true })
}

async function ownerOfKeys(context: IdentityContext, request: OwnerRequest): Promise<string | null> {
  if (!request.allAccounts) return (await requireAccount(context, request.accountId, 'access:read')).id
  requireInstallation(context, 'ops:read')
  return null
}

export const keysByIds = (sql: Sql, ids: readonly string[]): Promise<ServiceKeyRow[]> =>
  sql.query.selectFrom('service_key').selectAll().where('id', 'in', ids).execute()
