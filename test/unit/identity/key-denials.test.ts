import { accountIdForService, serviceMay } from '#services/identity/model/guard.js'
import { nameOf } from '#services/identity/model/permission-names.js'
import type { Permission } from '#services/identity/model/permissions.js'
import { keyWith } from '#test/support/callers.js'
import { ACCOUNT_PERMISSIONS, FIXED_POLICIES, isGivenToMembers } from '#test/support/permissions.js'

const ACCOUNT = 'acc_1'
/** Every scope of keys, without the ones of whole families. */
const SCOPES = [...new Set(FIXED_POLICIES.map(([subject]) => subject))].filter((one) => /^[a-z]+:[a-z]+$/.test(one))
const sessionWith = (permission: Permission) => ({ ...keyWith([], ACCOUNT), permissions: [permission] })

/** The message of the denial of a permission. Null if it is allowed. */
function denialOf(caller: ReturnType<typeof keyWith>, permission: Permission): string | null {
  try {
    accountIdForService(caller, ACCOUNT, permission)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

describe('Denials of keys', () => {
  it.each(ACCOUNT_PERMISSIONS)('for %s name a scope that lifts them', (permission) => {
    for (const scopes of [[], ...SCOPES.map((scope) => [scope])]) {
      const denial = denialOf(keyWith(scopes), permission)
      if (denial === null) continue
      expect(denial).toContain(`Permission ${permission} is required on this account.`)
      const [, named] = / Add the scope (.*) to the key\.$/.exec(denial) ?? []
      if (!named) {
        expect(denial).toMatch(/ No scope of a key has it: a user with the permission makes the call\.$/)
        expect(SCOPES.filter((scope) => denialOf(keyWith([scope]), permission) === null)).toEqual([])
      } else
        for (const scope of named.split(' or ')) expect(denialOf(keyWith([...scopes, scope]), permission)).toBeNull()
    }
  })
})

describe('Sessions of one permission', () => {
  it.each(ACCOUNT_PERMISSIONS.filter(isGivenToMembers))(
    'with %s have it and the reading of the account alone',
    (held) => {
      for (const permission of ACCOUNT_PERMISSIONS) {
        const isAllowed = permission === held || permission === 'account:read'
        expect([permission, serviceMay(sessionWith(held), ACCOUNT, permission)]).toEqual([permission, isAllowed])
        expect(serviceMay(sessionWith(held), 'acc_2', permission)).toBe(false)
        if (!isAllowed)
          expect(denialOf(sessionWith(held), permission)).toMatch(
            isGivenToMembers(permission)
              ? new RegExp(` Create the session with ${nameOf(permission)}\\.$`)
              : / A session cannot have it\.$/,
          )
      }
    },
  )
})
