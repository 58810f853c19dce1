import {
  checkAcceptance,
  checkRemoval,
  checkRoleChange,
  checkOwnershipTransfer,
  type MembershipInput,
} from '#services/identity/members/decide-membership.js'
import { allDeclared } from '#modules/all-declarations.js'
import { validateScopes } from '#services/identity/keys/key-scopes.js'

const input = (given: Partial<MembershipInput>): MembershipInput => ({
  kind: 'TEAM',
  isOwnAccount: false,
  actor: 'OWNER',
  isActor: false,
  target: 'MEMBER',
  owners: 1,
  admins: 1,
  ...given,
})

describe('Permissions for membership changes', () => {
  it.each<[string, Partial<MembershipInput>, 'OWNER' | 'ADMIN' | 'MEMBER', boolean]>([
    ['an owner makes an admin', {}, 'ADMIN', true],
    ['an owner makes an owner', {}, 'OWNER', true],
    ['an admin makes an admin', { actor: 'ADMIN' }, 'ADMIN', true],
    ['an admin makes an owner', { actor: 'ADMIN' }, 'OWNER', false],
    ['an admin unmakes an owner', { actor: 'ADMIN', target: 'OWNER', owners: 2 }, 'MEMBER', false],
    ['the last owner steps down', { isActor: true, target: 'OWNER' }, 'ADMIN', false],
    ['one of two owners steps down', { isActor: true, target: 'OWNER', owners: 2 }, 'ADMIN', true],
    ['the same role again', { target: 'OWNER' }, 'OWNER', true],
    ['somebody who is no member', { target: null }, 'ADMIN', false],
    ['a community', { kind: 'COMMUNITY' }, 'ADMIN', false],
  ])('role: %s', (_what, given, role, allowed) => {
    expect(checkRoleChange(input(given), role) === null).toBe(allowed)
  })

  it.each<[string, Partial<MembershipInput>, boolean]>([
    ['an owner removes a member', {}, true],
    ['an admin removes an admin', { actor: 'ADMIN', target: 'ADMIN', admins: 2 }, true],
    ['an admin removes an owner', { actor: 'ADMIN', target: 'OWNER', owners: 2 }, false],
    ['an owner removes another', { target: 'OWNER', owners: 2 }, true],
    ['the last owner leaves', { isActor: true, target: 'OWNER' }, false],
    ['a member leaves', { actor: 'MEMBER', isActor: true }, true],
    [
      'the last admin of an account without an owner',
      { actor: 'ADMIN', isActor: true, target: 'ADMIN', owners: 0 },
      false,
    ],
    ['one of two of them', { actor: 'ADMIN', isActor: true, target: 'ADMIN', owners: 0, admins: 2 }, true],
    ['somebody from their own account', { isOwnAccount: true, target: 'ADMIN' }, false],
    ['who is no member', { target: null }, false],
  ])('removal: %s', (_what, given, allowed) => {
    expect(checkRemoval(input(given)) === null).toBe(allowed)
  })

  it.each<[string, Partial<MembershipInput>, boolean]>([
    ['to a member', {}, true],
    ['by an admin', { actor: 'ADMIN' }, false],
    ['to oneself', { isActor: true, target: 'OWNER' }, false],
    ['to a stranger', { target: null }, false],
    ['of a community', { kind: 'COMMUNITY' }, false],
  ])('ownership: %s', (_what, given, allowed) => {
    expect(checkOwnershipTransfer(input(given)) === null).toBe(allowed)
  })
})

describe('Invitation acceptance', () => {
  const at = new Date('2026-01-15T00:00:00Z')
  const invitation = {
    email: 'ann@example.com',
    expiresAt: new Date('2026-01-15T00:00:00.001Z'),
    acceptedAt: null,
    canceledAt: null,
  }
  const ann = { email: 'Ann@Example.com ', emailVerified: true }
  it.each([
    ['whom it was sent to', invitation, ann, null],
    ['another email address', invitation, { ...ann, email: 'ann@example.org' }, 'INVALID_EMAIL'],
    ['an address that nobody proved', invitation, { ...ann, emailVerified: false }, 'INVALID_EMAIL'],
    ['at its very end', { ...invitation, expiresAt: at }, ann, 'INVALID_TRANSITION'],
    ['after it was taken back', { ...invitation, canceledAt: at }, ann, 'INVALID_TRANSITION'],
    ['a second time', { ...invitation, acceptedAt: at }, ann, 'INVALID_TRANSITION'],
    // A user who is not invited does not learn that it has expired.
    [
      'a stranger, when it is over',
      { ...invitation, expiresAt: at },
      { ...ann, email: 'x@example.com' },
      'INVALID_EMAIL',
    ],
  ])('%s', (_what, given, caller, code) => {
    expect(checkAcceptance(given, caller, at)?.code ?? null).toBe(code)
  })
})

describe('Key scopes', () => {
  it.each([
    [['billing:read'], false, true, null],
    [['entitlements:read', 'commands:write'], false, true, null],
    [['entitlements:write'], false, true, 'forbidden'],
    [['entitlements:write'], true, true, null],
    [['ops:*'], false, true, 'forbidden'],
    [['ops:read'], true, true, 'unknown'],
    [['ops:read'], true, false, null],
    [['constructor'], true, false, 'unknown'],
    [[], true, false, 'unknown'],
  ])('%j by an operator: %s, for one account: %s', (scopes, byOperator, forAccount, kind) => {
    expect(validateScopes(allDeclared.scopes, scopes, { byOperator, forAccount })?.kind ?? null).toBe(kind)
  })
})
