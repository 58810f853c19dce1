import type { ServiceKeyRow } from '#entities/identity/service-key.entity.js'
import { mayOperate, requireSignedIn, visibleAccount } from '../guard/guard.js'
import { refuseBothOwners, requireInstallation, type OwnerRequest } from '../guard/installation-access.js'
import type { IdentityContext } from '../caller.js'

/** Keys in creation order: of one account, or, for operators, of all accounts and the installation. */
export async function apiKeys(context: IdentityContext, request: OwnerRequest): Promise<ServiceKeyRow[]> {
  requireSignedIn(context)
  refuseBothOwners(request)
  const keys = context.database.query.selectFrom('service_key').selectAll().orderBy('id')
  if (request.allAccounts) {
    requireInstallation(context, 'ops:read')
    return keys.execute()
  }
  const permission = mayOperate(context, 'ops:read') ? 'account:read' : 'keys:manage'
  const account = await visibleAccount(context, request.accountId, permission)
  return account ? keys.where('accountId', '=', account.id).execute() : []
}
