import type { AccountRow } from '#entities/identity/account.entity.js'
import type { MemberRole } from '#entities/identity/member.entity.js'
import { bufferAudit } from '#services/kernel/audit/audit-buffer.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { prefixOf } from '#services/kernel/ids/ids.js'
import type { AccountWithRole } from '../accounts/account-reference.js'
import { hasScope, type Caller, type IdentityContext, type Scope } from './caller.js'

/** Permissions on an account. */
export type Permission =
  | 'account:read'
  | 'members:read'
  | 'members:manage'
  | 'invitations:read'
  | 'keys:read'
  | 'keys:manage'
  | 'entitlements:read'
  | 'entitlements:use'
  | 'billing:read'
  | 'billing:manage'
  | 'deployments:read'
  | 'deployments:manage'
  | 'commands:write'
  | 'webhooks:read'
  | 'webhooks:manage'
  | 'marketplace:publish'

interface Rule {
  /** Roles in the account that suffice. */
  readonly members: readonly MemberRole[]
  /** A service key's scope that suffices. */
  readonly scopes: readonly Scope[]
}

const everyMember = ['OWNER', 'ADMIN', 'MEMBER'] as const

/**
 * Permissions of members and service keys on an account. The policies define additional permissions of installation
 * roles.
 */
export const PERMISSION_RULES: Readonly<Record<Permission, Rule>> = {
  'account:read': {
    members: everyMember,

    scopes: ['entitlements:read', 'entitlements:write', 'billing:read', 'commands:write', 'ops:read', 'ops:write'],
  },
  'members:read': { members: everyMember, scopes: ['ops:read'] },
  'members:manage': { members: ['OWNER', 'ADMIN'], scopes: [] },
  'invitations:read': { members: ['OWNER', 'ADMIN'], scopes: ['ops:read'] },
  'keys:read': { members: ['OWNER', 'ADMIN'], scopes: ['ops:read'] },
  'keys:manage': { members: ['OWNER', 'ADMIN'], scopes: [] },
  'entitlements:read': { members: everyMember, scopes: ['entitlements:read', 'entitlements:write'] },
  // Members read what they have; the application that serves them uses it.
  'entitlements:use': { members: [], scopes: ['entitlements:write'] },
  'billing:read': { members: everyMember, scopes: ['billing:read'] },
  'billing:manage': { members: ['OWNER', 'ADMIN'], scopes: [] },
  'deployments:read': { members: everyMember, scopes: ['commands:write', 'ops:read'] },
  // A key that may queue commands may neither give a deployment up nor take its agent over.
  'deployments:manage': { members: everyMember, scopes: ['ops:write'] },
  'commands:write': { members: everyMember, scopes: ['commands:write'] },
  'webhooks:read': { members: ['OWNER', 'ADMIN'], scopes: ['ops:read', 'ops:write'] },
  // A receiver of an account's events learns what the account buys and runs.
  'webhooks:manage': { members: ['OWNER', 'ADMIN'], scopes: ['ops:write'] },
  // Writing templates in the account's name, and seeing what they earn.
  'marketplace:publish': { members: ['OWNER', 'ADMIN'], scopes: [] },
}

/** Every permission on an account. */
export const KNOWN_PERMISSIONS = Object.keys(PERMISSION_RULES) as readonly Permission[]

/** The requested account, otherwise the caller's current one. Null if the caller cannot see it. */
export async function visibleAccount(
  context: IdentityContext,
  reference: string | null | undefined,
  permission: Permission,
): Promise<AccountRow | null> {
  const [account] = await visibleAccounts(context, [reference], permission)
  return account ?? null
}

/** Like `visibleAccount` for several accounts, in request order, with one statement. */
export async function visibleAccounts(
  context: IdentityContext,
  references: readonly (string | null | undefined)[],
  permission: Permission,
): Promise<(AccountRow | null)[]> {
  const accounts = await loadAccounts(context, references)
  return accounts.map((account) => {
    const decision = decide(context.caller, account, permission)
    return decision.kind === 'allowed' ? seen(context, decision, permission) : null
  })
}

/**
 * Like `visibleAccount`, for mutations: an invisible account is not found, a visible one without the permission is
 * forbidden.
 */
export async function requireAccount(
  context: IdentityContext,
  reference: string | null | undefined,
  permission: Permission,
  missing = 'Account not found.',
): Promise<AccountRow> {
  requireSignedIn(context)
  const [account] = await loadAccounts(context, [reference])
  const decision = decide(context.caller, account ?? null, permission)
  if (decision.kind === 'allowed') return seen(context, decision, permission)
  if (decision.kind === 'forbidden')
    throw new AppError('FORBIDDEN', `Permission ${permission} is required on this account.`)
  throw new AppError('NOT_FOUND', missing)
}

/** The account that the caller manages: as a member with the permission, otherwise as an operator with the scope. */
export async function requireManagedAccount(
  context: IdentityContext,
  reference: string | null | undefined,
  permission: Permission,
  scope: Scope,
): Promise<{ readonly account: AccountRow; readonly byOperator: boolean }> {
  const account = await requireAccount(context, reference, mayOperate(context, scope) ? 'account:read' : permission)
  const [own] = await loadAccounts(context, [account.id])
  const isMember = own?.memberRole != null && PERMISSION_RULES[permission].members.includes(own.memberRole)
  if (isMember || !mayOperate(context, scope)) return { account, byOperator: false }
  requireOperator(context, scope)
  return { account, byOperator: true }
}

/** Like `requireAccount` for each item of a list. The error names the item whose account is not found. */
export const requireAccounts = (
  context: IdentityContext,
  references: readonly string[],
  permission: Permission,
): Promise<AccountRow[]> =>
  Promise.all(
    references.map((reference, index) =>
      requireAccount(context, reference, permission, `Account not found: item ${index}.`),
    ),
  )

/**
 * Like `requireAccount` for a service that passes an account ID: decided by the key alone, without reading the account.
 * Null if only the database can decide: for users, and for references.
 */
export function accountIdForService(
  caller: Caller,
  reference: string | null | undefined,
  permission: Permission,
): string | null {
  if (caller.kind !== 'service') return null
  if (!PERMISSION_RULES[permission].scopes.some((scope) => hasScope(caller, scope)))
    throw new AppError('FORBIDDEN', `Permission ${permission} is required on this account.`)
  const id = reference ?? caller.accountId
  if (id === null || prefixOf(id) !== 'acc') return null
  if (caller.accountId && caller.accountId !== id) throw new AppError('NOT_FOUND', 'Account not found.')
  return id
}

/**
 * Account ID without the database, for outages: a key contains its account, and a user's token the current one. Null
 * for all other accounts.
 */
export function accountIdOffline(
  caller: Caller,
  reference: string | null | undefined,
  permission: Permission,
): string | null {
  if (caller.kind !== 'user') return accountIdForService(caller, reference, permission)
  const isCurrent = reference === null || reference === undefined || reference === caller.currentAccountId
  return isCurrent ? caller.currentAccountId : null
}

export function requireSignedIn(context: IdentityContext): void {
  if (context.caller.kind === 'anonymous')
    throw new AppError('UNAUTHENTICATED', 'Authentication required: send a bearer token.')
}

/** For what concerns the whole installation: an operator, or a service key with the scope. */
export function requireOperator(context: IdentityContext, scope: Scope): void {
  requireSignedIn(context)
  if (!mayOperate(context, scope))
    throw new AppError('FORBIDDEN', `Operator access required (role admin or root, or scope ${scope}).`)
  bufferAudit(context, {
    accountId: null,
    actor: context.caller.principal,
    action: 'operator.access',
    object: scope,
    details: { firstRequest: context.requestId },
  })
}

/** Like `requireOperator`, for queries that return null instead. */
export const mayOperate = ({ caller }: IdentityContext, scope: Scope): boolean =>
  roleMay(caller, scope) || hasScope(caller, scope)

/** True if the caller runs the installation, by a role. */
export const isOperator = (context: IdentityContext): boolean => roleMay(context.caller, 'ops:read')

/** True if a role of the caller allows it by the current policies, in memory. */
export const rolesAllow = (caller: Caller, object: string, action: string): boolean =>
  caller.kind === 'user' && caller.roles.some((role) => caller.access?.allows(role, object, action) ?? false)

const roleMay = (caller: Caller, permission: Permission | Scope): boolean => {
  const [object, action] = permission.split(':') as [string, string]
  return rolesAllow(caller, object, action)
}

type Decision<Account> =
  | { readonly kind: 'allowed'; readonly account: Account; readonly byOffice: boolean }
  | { readonly kind: 'forbidden' | 'invisible' }

/** The accounts that a request names, the caller's current one where it names none, with the caller's role in each. */
async function loadAccounts(
  context: IdentityContext,
  references: readonly (string | null | undefined)[],
): Promise<(AccountWithRole | null)[]> {
  const { caller } = context
  if (caller.kind === 'anonymous') return references.map(() => null)
  return Promise.all(
    references.map(async (reference) => {
      const named = accountReference(caller, reference)
      return named === null ? null : context.accounts.load(named)
    }),
  )
}

/**
 * Records when an operator reads an account without being a member: one audit row per account, kind of access and
 * minute.
 */
function seen<Account extends Pick<AccountRow, 'id'>>(
  context: IdentityContext,
  decision: Decision<Account> & { kind: 'allowed' },
  permission: Permission,
): Account {
  const { account, byOffice } = decision
  if (byOffice)
    bufferAudit(context, {
      accountId: account.id,
      actor: context.caller.principal,
      action: `operator.${permission.replace(':', '_')}`,
      object: account.id,
    })
  return account
}

/** Pure: what a caller may do with an account. */
function decide<Account extends Pick<AccountWithRole, 'id' | 'memberRole'>>(
  caller: Caller,
  account: Account | null,
  permission: Permission,
): Decision<Account> {
  if (!account || caller.kind === 'anonymous') return { kind: 'invisible' }
  const rule = PERMISSION_RULES[permission]
  if (caller.kind === 'service') {
    if (caller.accountId && caller.accountId !== account.id) return { kind: 'invisible' }
    return rule.scopes.some((scope) => hasScope(caller, scope))
      ? { kind: 'allowed', account, byOffice: false }
      : { kind: 'forbidden' }
  }
  const role = account.memberRole
  if (role && rule.members.includes(role)) return { kind: 'allowed', account, byOffice: false }
  if (roleMay(caller, permission)) return { kind: 'allowed', account, byOffice: true }
  return { kind: role || roleMay(caller, 'account:read') ? 'forbidden' : 'invisible' }
}

/** Reference of the requested account, otherwise of the caller's current one. Null if there is none. */
export function accountReference(caller: Caller, reference: string | null | undefined): string | null {
  if (caller.kind === 'anonymous') return null
  return reference ?? (caller.kind === 'user' ? caller.currentAccountId : caller.accountId)
}

/** True if a caller may see an account that was read together with their role in it. */
export const maySee = (
  caller: Caller,
  account: Pick<AccountWithRole, 'id' | 'memberRole'>,
  permission: Permission,
): boolean => decide(caller, account, permission).kind === 'allowed'

/** Pure: whether a service key has the permission on an existing account. It does not depend on the account's row. */
export const serviceMay = (caller: Caller, accountId: string, permission: Permission): boolean =>
  caller.kind === 'service' &&
  (caller.accountId === null || caller.accountId === accountId) &&
  PERMISSION_RULES[permission].scopes.some((scope) => hasScope(caller, scope))

/** Permissions of the caller on an account, for dashboards that show only available actions. */
export async function permissionsOn(context: IdentityContext, accountId: string): Promise<Permission[]> {
  const [account] = await loadAccounts(context, [accountId])
  return (Object.keys(PERMISSION_RULES) as Permission[]).filter(
    (permission) => decide(context.caller, account ?? null, permission).kind === 'allowed',
  )
}
