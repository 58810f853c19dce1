import type { PolicyRow } from '#entities/identity/policy.entity.js'
import type { IdentityContext } from '../caller.js'
import { listPolicies } from './policy-store.js'
import { requirePolicyPermission } from './edit-policies.js'

/** All policies of the database. */
export function policies(context: IdentityContext): Promise<PolicyRow[]> {
  requirePolicyPermission(context, 'read')
  return listPolicies(context.database)
}
