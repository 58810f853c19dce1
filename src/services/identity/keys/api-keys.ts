import type { ServiceKeyRow } from '#entities/identity/service-key.entity.js'
import { mayOperate, requireSignedIn, visibleAccount } from '../guard/guard.js'
import type { IdentityContext } from '../caller.js'

/**
 * Keys in creation order: of one account, or, for operators without an account, of the installation. Empty without
 * permission.
 */
export async function apiKeys(context: IdentityContext, accountId: string | null): Promise<ServiceKeyRow[]> {
  requireSignedIn(context)
  const isOperator = mayOperate(context, 'ops:read')
  const keys = context.database.query.selectFrom('service_key').selectAll().orderBy('id')
  if (isOperator && accountId === null) return keys.execute()
  const account = await visibleAccount(context, accountId, isOperator ? 'account:read' : 'keys:manage')
  if (!account) return []
  return keys.where('accountId', '=', account.id).execute()
}
