import type { ServiceKeyRow } from '#entities/identity/service-key.entity.js'
import { mayOperate, visibleAccount } from '../guard/guard.js'
import type { IdentityContext } from '../caller.js'
import { findServiceKey } from '../tokens/service-keys.js'

/** Operators care for every key; those of an account, its owners and admins too. */
export async function maySeeKey(
  context: IdentityContext,
  key: ServiceKeyRow,
  permission: 'account:read' | 'keys:manage',
): Promise<boolean> {
  if (mayOperate(context, 'ops:write')) return true
  return key.accountId !== null && (await visibleAccount(context, key.accountId, permission)) !== null
}

/** A key that the caller can manage. Null otherwise. */
export async function visibleApiKey(context: IdentityContext, id: string): Promise<ServiceKeyRow | null> {
  const key = await findServiceKey(context.database, id)
  return key && (await maySeeKey(context, key, 'keys:manage')) ? key : null
}
