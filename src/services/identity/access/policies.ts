import type { PolicyRow } from '#entities/identity/policy.entity.js'
import type { IdentityContext } from '../caller.js'
import { rolesAllow } from '../guard/guard.js'
import { findPolicy, listPolicies } from './policy-store.js'
import { requirePolicyPermission } from './edit-policies.js'

/** All policies of the database. */
export function policies(context: IdentityContext): Promise<PolicyRow[]> {
  requirePolicyPermission(context, 'read')
  return listPolicies(context.database)
}

/** A policy in force. Null for callers that cannot read policies. */
export async function visiblePolicy(context: IdentityContext, id: string): Promise<PolicyRow | null> {
  if (!rolesAllow(context.caller, 'policies', 'read')) return null
  const policy = await findPolicy(context.database, id)
  return policy && !policy.removedAt ? policy : null
}
