import { createPolicyEnforcer } from '#services/identity/access/policy-enforcer.js'
import type { Role, ServiceCaller, UserCaller } from '#services/identity/model/caller.js'
import { defaultPolicies, fixedPolicies } from '#services/identity/model/permissions.js'
import { allDeclared } from '#modules/all-declarations.js'

/** Policies of a new installation. */
const access = await createPolicyEnforcer([
  ...fixedPolicies(allDeclared.permissions),
  ...defaultPolicies(allDeclared.permissions),
])

export const userWith = (roles: readonly Role[] = [], fields: Partial<UserCaller> = {}): UserCaller => ({
  kind: 'user',
  principal: 'usr_1',
  userId: 'usr_1',
  subject: '1',
  email: 'ann@example.com',
  emailVerified: true,
  roles,
  access,
  currentAccountId: null,
  expiresAt: null,
  ...fields,
})

export const keyWith = (scopes: readonly string[], accountId: string | null = null): ServiceCaller => ({
  kind: 'service',
  principal: 'key_1',
  keyId: 'key_1',
  scopes,
  permissions: null,
  access,
  accountId,
  expiresAt: null,
})
