import type { IdentityContext, Role } from '../caller.js'
import { permissionsOn, type Permission } from '../guard/guard.js'

/** The signed-in user in the current account. */
export interface ViewerIdentity {
  readonly userId: string
  readonly accountId: string
  readonly roles: readonly Role[]
  readonly permissions: Permission[]
}

/** The user that the caller is, with roles and permissions. Null for anonymous callers and services. */
export async function viewer(context: IdentityContext): Promise<ViewerIdentity | null> {
  const { caller } = context
  if (caller.kind !== 'user' || !caller.currentAccountId) return null
  const { userId, currentAccountId: accountId, roles } = caller
  return { userId, accountId, roles, permissions: await permissionsOn(context, accountId) }
}
