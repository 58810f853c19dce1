import type { PolicyRow } from '#entities/identity/policy.entity.js'
import type { IdentityContext } from '../model/caller.js'
import { rolesAllow } from '../model/guard.js'
import { listPolicies } from './policy-store.js'

/** All policies of the database. */
export function policies(context: IdentityContext): Promise<PolicyRow[]> {
  return listPolicies(context.database)
}

/** A policy in force. Null for callers that cannot read policies. */
export const visiblePolicy = ({ caller }: IdentityContext, policy: PolicyRow | null): PolicyRow | null =>
  policy && !policy.removedAt && rolesAllow(caller, 'policies:read') ? policy : null
