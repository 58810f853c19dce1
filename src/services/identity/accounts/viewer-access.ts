import type { MemberRole } from '#entities/identity/member.entity.js'
import type { IdentityContext } from '../model/caller.js'
import { isOperator, permissionsOn, type Permission } from '../model/guard.js'

/** Role of the caller in an account. Null for services, and for operators who are not members. */
export async function viewerRole(context: IdentityContext, accountId: string): Promise<MemberRole | null> {
  if (context.caller.kind !== 'user') return null
  return (await context.accounts.load(accountId))?.memberRole ?? null
}

/** Data that an application stored with an account, for its services and for operators. Empty for others. */
export function visibleMetadata(
  { caller }: Pick<IdentityContext, 'caller'>,
  metadata: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const mayRead = caller.kind === 'service' ? caller.accountId === null : isOperator({ caller })
  return mayRead ? metadata : {}
}

/** Permissions of the caller on an account, by membership, scopes and installation roles. */
export const viewerCan = (context: IdentityContext, accountId: string): Promise<Permission[]> =>
  permissionsOn(context, accountId)
