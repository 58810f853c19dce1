import { anonymous, hasRole, hasScope, type Caller, type Role, type Scope } from '#services/identity/model/caller.js'
import { looksLikeServiceKey } from '#services/identity/tokens/service-keys.js'

const key = (...scopes: string[]): Caller => ({
  kind: 'service',
  principal: 'key_1',
  keyId: 'key_1',
  scopes,
  accountId: null,
  expiresAt: null,
})
const user = (...roles: Role[]): Caller => ({
  kind: 'user',
  principal: 'usr_1',
  userId: 'usr_1',
  subject: 's',
  email: 'e',
  emailVerified: true,
  roles,
  currentAccountId: null,
  expiresAt: null,
})

describe('caller fields', () => {
  it.each<[string[], Scope, boolean]>([
    [['ops:read'], 'ops:read', true],
    [['ops:read'], 'ops:write', false],
    [['ops:*'], 'ops:read', true],
    [['ops:*'], 'ops:write', true],
    [['ops:*'], 'commands:write', false],
    [['*'], 'ops:read', false],
    [['ops'], 'ops:read', false],
    [['entitlements:write'], 'entitlements:read', false],
    [[], 'billing:read', false],
  ])('a key with %j has %s: %s', (scopes, scope, expected) => {
    expect(hasScope(key(...scopes), scope)).toBe(expected)
  })

  it('has roles only for users and scopes only for keys', () => {
    expect(hasScope(user('root'), 'ops:read')).toBe(false)
    expect(hasRole(key('ops:*'), 'admin')).toBe(false)
    expect(hasRole(user('admin'), 'root', 'admin')).toBe(true)
    expect(hasRole(user('vendor'), 'root', 'admin')).toBe(false)
    expect([hasRole(anonymous, 'user'), hasScope(anonymous, 'billing:read')]).toEqual([false, false])
  })

  it('recognizes a service key by its prefix', () => {
    expect(looksLikeServiceKey('sg_live_x')).toBe(true)
    expect(looksLikeServiceKey('eyJhbGciOi')).toBe(false)
  })
})
