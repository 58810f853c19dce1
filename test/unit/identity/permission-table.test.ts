import { readFileSync } from 'node:fs'
import type { MemberRole } from '#entities/identity/member.entity.js'
import { ALL_SCOPES } from '#services/identity/keys/key-scopes.js'
import { ROLES } from '#services/identity/model/caller.js'
import { mayRead, serviceMay } from '#services/identity/model/guard.js'
import { ACCOUNT_PERMISSIONS } from '#services/identity/model/permissions.js'
import { keyWith, userWith } from '#test/support/callers.js'

const MEMBER_ROLES: readonly MemberRole[] = ['OWNER', 'ADMIN', 'MEMBER']
const ROW = /^\| `([A-Z_]+)` \| [^|]+ \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm
const EVERY = 'owner, admin, member'

const maySee = (...question: Parameters<typeof mayRead>): boolean => {
  try {
    return mayRead(...question)
  } catch {
    return false
  }
}

const codesIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name)

describe('The table of permissions on an account', () => {
  const page = readFileSync('docs/members.md', 'utf8').split('### Permissions on an account')[1]!
  const rows = [...page.matchAll(ROW)].map(([, name = '', members = '', scopes, roles]) => ({
    name,
    members: members === 'every member' ? EVERY : members,
    scopes: codesIn(scopes),
    roles: codesIn(roles),
  }))

  it('names exactly the roles and scopes that the server allows each permission', () => {
    const account = { id: 'acc_1', memberRole: null }
    const decisions = ACCOUNT_PERMISSIONS.map((permission) => ({
      name: permission.toUpperCase().replace(':', '_'),
      members:
        MEMBER_ROLES.filter((memberRole) => maySee(userWith(), { ...account, memberRole }, permission))
          .map((role) => role.toLowerCase())
          .join(', ') || 'none',
      scopes: ALL_SCOPES.filter((scope) => scope !== 'ops:*' && serviceMay(keyWith([scope]), 'acc_1', permission)),
      roles: ROLES.filter((role) => maySee(userWith([role]), account, permission)),
    }))
    expect(rows).toEqual(decisions)
  })

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
