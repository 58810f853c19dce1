import type { ServiceKeyRow } from '#entities/identity/service-key.entity.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { mayOperate, remedyFor, requireSignedIn, visibleAccount } from '../model/guard.js'
import { managesInstallation } from '../model/installation-access.js'
import type { IdentityContext } from '../model/caller.js'
import { findServiceKey } from '../tokens/service-keys.js'

/** A key. Null for callers that cannot read the keys of its account, or of the installation. */
export async function visibleApiKey(
  context: IdentityContext,
  key: ServiceKeyRow | null,
): Promise<ServiceKeyRow | null> {
  if (!key) return null
  if (key.accountId === null) return managesInstallation(context, 'ops:read') ? key : null
  return (await visibleAccount(context, key.accountId, 'access:read')) ? key : null
}

/** Like `visibleApiKey`, without a record of the read by an operator: for the name of a key in a record that the caller may read. */
export const knownApiKey = async (context: IdentityContext, key: ServiceKeyRow | null): Promise<ServiceKeyRow | null> =>
  mayOperate(context, 'ops:read') ? key : visibleApiKey(context, key)

/** A key that the caller may change. Operators may change every key; those of an account, its owners and admins too. A service may end the account sessions that it created. */
export async function requireApiKey(context: IdentityContext, id: string): Promise<ServiceKeyRow> {
  requireSignedIn(context)
  const key = await findServiceKey(context.database, id)
  if (key?.permissions && key.createdBy === context.caller.principal) return key
  if (key && mayOperate(context, 'ops:write')) return key
  if (!key?.accountId || !(await visibleAccount(context, key.accountId, 'account:read')))
    throw new AppError('NOT_FOUND', 'API key not found.')
  if (!(await visibleAccount(context, key.accountId, 'keys:manage')))
    throw new AppError(
      'FORBIDDEN',
      `Only owners and admins of the account can change its keys.${remedyFor(context.caller, 'ops:write')}`,
    )
  return key
}
