import type { PolicyRow } from '#entities/identity/policy.entity.js'
import type { IdentityContext } from '../model/caller.js'
import { rolesAllow } from '../model/guard.js'
import { knownRules } from '../model/permissions.js'
import { listPolicies } from './policy-store.js'

/** All policies about objects of the installed modules. */
export async function policies(context: IdentityContext): Promise<PolicyRow[]> {
  const known = knownRules(context.declared.permissions)
  return (await listPolicies(context.database)).filter(({ object }) => known.has(object))
}

/** A policy in force. Null for callers that cannot read policies. */
export const visiblePolicy = ({ caller, declared }: IdentityContext, policy: PolicyRow | null): PolicyRow | null =>
  policy &&
  !policy.removedAt &&
  knownRules(declared.permissions).has(policy.object) &&
  rolesAllow(caller, 'policies:read')
    ? policy
    : null
