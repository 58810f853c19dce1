import type { Permission } from '#schema/identity/permission.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { IdentityContext } from '../model/caller.js'
import { requirePolicyPermission } from './edit-policies.js'
import { mayAccess } from '../guard/access-rules.js'
import { accountIdForService, requireAccount, requireOperator, requireSignedIn } from '../model/guard.js'
import { ACCOUNT_PERMISSIONS, type Permission as AccountPermission } from '../model/permissions.js'

const onAccount = new Map(ACCOUNT_PERMISSIONS.map((name) => [nameOf(name), name]))

/** Name of a permission in the schema. */
export function nameOf(permission: AccountPermission): Permission {
  return permission.toUpperCase().replace(':', '_') as Permission
}

/** Requires a permission of the schema: on an account, or on the installation. */
export async function requirePermission(
  context: IdentityContext,
  permission: Permission,
  accountId: string | null,
): Promise<void> {
  const named = onAccount.get(permission)
  if (named) {
    // Use is decided without reading the account.
    const decided = named === 'entitlements:use' ? accountIdForService(context.caller, accountId, named) : null
    if (decided === null) await requireAccount(context, accountId, named)
  } else if (permission === 'OPS_READ') requireOperator(context, 'ops:read')
  else if (permission === 'OPS_WRITE') requireOperator(context, 'ops:write')
  else if (permission === 'TEMPLATES_REVIEW') requireReviewer(context)
  else if (permission === 'POLICIES_READ') requirePolicyPermission(context, 'read')
  else if (permission === 'POLICIES_WRITE') requirePolicyPermission(context, 'write')
  else throw new Error(`No guard for ${permission}`)
}

function requireReviewer(context: IdentityContext): void {
  requireSignedIn(context)
  if (!mayAccess(context.caller, '/templates/*/review:POST'))
    throw new AppError('FORBIDDEN', 'Permission templates:review is required on the installation.')
}
