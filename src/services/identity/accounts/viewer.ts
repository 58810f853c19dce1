import type { IdentityContext, Role } from '../model/caller.js'

/** The signed-in user in the current account. */
export interface ViewerIdentity {
  readonly userId: string
  readonly accountId: string
  readonly roles: readonly Role[]
}

/** The user that the caller is, with its roles. Null for anonymous callers and services. */
export function viewer({ caller }: IdentityContext): ViewerIdentity | null {
  if (caller.kind !== 'user' || !caller.currentAccountId) return null
  const { userId, currentAccountId: accountId, roles } = caller
  return { userId, accountId, roles }
}
