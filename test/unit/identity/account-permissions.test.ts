import type { MemberRole } from '#entities/identity/member.entity.js'
import { ROLES } from '#services/identity/model/caller.js'
import { serviceMay } from '#services/identity/model/guard.js'
import { keyWith } from '#test/support/callers.js'
import { ALL_SCOPES, ACCOUNT_PERMISSIONS } from '#test/support/permissions.js'

const MEMBER_ROLES: readonly MemberRole[] = ['OWNER', 'ADMIN', 'MEMBER']
describe('Permissions on an account', () => {
  it.each(ACCOUNT_PERMISSIONS)(
    'allows %s to a key with ops:* if an ops scope suffices, never on another account',
    (permission) => {
      const suffices = ['ops:read', 'ops:write'].some((scope) => serviceMay(keyWith([scope]), 'acc_1', permission))
      expect(serviceMay(keyWith(['ops:*']), 'acc_1', permission)).toBe(suffices)
      expect(serviceMay(keyWith([...ALL_SCOPES], 'acc_2'), 'acc_1', permission)).toBe(false)
    },
  )

  it('tells roles, roles in an account and scopes apart by name', () => {
    const names: readonly string[] = [...ROLES, ...MEMBER_ROLES, ...ALL_SCOPES]
    expect(new Set(names).size).toBe(names.length)
  })
})
