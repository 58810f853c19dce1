import { createPolicyEnforcer } from '#services/identity/access/policy-enforcer.js'
import type { Role, ServiceCaller, UserCaller } from '#services/identity/model/caller.js'
import { DEFAULT_POLICIES, FIXED_POLICIES } from '#services/identity/model/permissions.js'

/** Policies of a new installation. */
const access = await createPolicyEnforcer([...FIXED_POLICIES, ...DEFAULT_POLICIES])

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
