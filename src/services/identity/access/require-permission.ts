import type { Permission } from '#schema/identity/permission.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { IdentityContext } from '../model/caller.js'
import { requirePolicyPermission } from './edit-policies.js'
import { mayAccess, templateRemedy } from '../guard/access-rules.js'
import {
  accountIdForService,
  requireAccount,
  requireInstallationPermission,
  requireOperator,
  requireSignedIn,
} from '../model/guard.js'
import { accountPermission } from '../model/permission-names.js'

/** Requires a permission of the schema: on an account, or on the installation. */
export async function requirePermission(
  context: IdentityContext,
  permission: Permission,
  accountId: string | null,
): Promise<void> {
  if (permission === 'OPS_READ') requireOperator(context, 'ops:read')
  else if (permission === 'OPS_WRITE') requireOperator(context, 'ops:write')
  else if (permission === 'TEMPLATES_REVIEW') requireOnTemplates(context, 'review')
  else if (permission === 'TEMPLATES_DELETE') requireOnTemplates(context, 'delete')
  else if (permission === 'ACCOUNTS_WRITE') requireInstallationPermission(context, 'accounts:write')
  else if (permission === 'POLICIES_READ') requirePolicyPermission(context, 'read')
  else if (permission === 'POLICIES_WRITE') requirePolicyPermission(context, 'write')
  else {
    const named = accountPermission(permission)
    // Use is decided without reading the account.
    const decided = named === 'entitlements:use' ? accountIdForService(context.caller, accountId, named) : null
    if (decided === null) await requireAccount(context, accountId, named)
  }
}

const ON_TEMPLATES = { review: '/templates/*/review:POST', delete: '/templates/*:DELETE' } as const

function requireOnTemplates(context: IdentityContext, action: keyof typeof ON_TEMPLATES): void {
  requireSignedIn(context)
  if (!mayAccess(context.caller, ON_TEMPLATES[action]))
    throw new AppError(
      'FORBIDDEN',
      `Permission templates:${action} is required on the installation.${templateRemedy(context.caller, ON_TEMPLATES[action])}`,
    )
}
