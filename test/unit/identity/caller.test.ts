import { anonymous, hasRole, hasScope, type Scope } from '#services/identity/model/caller.js'
import { looksLikeServiceKey } from '#services/identity/tokens/service-keys.js'
import { keyWith, userWith } from '#test/support/callers.js'

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
    expect(hasScope(keyWith(scopes), scope)).toBe(expected)
  })

  it('has roles only for users and scopes only for keys', () => {
    expect(hasScope(userWith(['root']), 'ops:read')).toBe(false)
    expect(hasRole(keyWith(['ops:*']), 'admin')).toBe(false)
    expect(hasRole(userWith(['admin']), 'root', 'admin')).toBe(true)
    expect(hasRole(userWith(['vendor']), 'root', 'admin')).toBe(false)
    expect([hasRole(anonymous, 'user'), hasScope(anonymous, 'billing:read')]).toEqual([false, false])
  })

  it('recognizes a service key by its prefix', () => {
    expect(looksLikeServiceKey('sk_live_x')).toBe(true)
    expect(looksLikeServiceKey('eyJhbGciOi')).toBe(false)
  })
})
