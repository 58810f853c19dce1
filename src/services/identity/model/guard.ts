import type { AccountRow } from '#entities/identity/account.entity.js'
import type { MemberRole } from '#entities/identity/member.entity.js'
import { bufferAudit } from '#services/kernel/audit/audit-buffer.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { prefixOf } from '#services/kernel/ids/ids.js'
import type { AccountWithRole } from '../accounts/account-reference.js'
import { accountHint } from './account-hint.js'
import { CUSTOMER_PREFIX } from './customer-prefix.js'
import type { Caller, IdentityContext, ServiceCaller } from './caller.js'
import { nameOf } from './permission-names.js'
import {
  accountPermissionsOf,
  everyMember,
  type InstallationPermission,
  type OperatorPermission,
  type Permission,
  type TemplatePermission,
} from './permissions.js'
import { wrongCustomer } from './reference.js'

export type { OperatorPermission, Permission } from './permissions.js'

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
  missing?: string,
): Promise<AccountRow> {
  requireSignedIn(context)
  const [account] = await loadAccounts(context, [reference])
  const decision = decide(context.caller, account ?? null, permission)
  if (decision.kind === 'allowed') return seen(context, decision, permission)
  if (decision.kind === 'forbidden') throw forbidden(context.caller, permission)
  throw missing === undefined ? accountNotFound(context.caller, reference) : new AppError('NOT_FOUND', missing)
}

/** The account that the caller manages: as a member with the permission, otherwise as an operator with the scope. */
export async function requireManagedAccount(
  context: IdentityContext,
  reference: string | null | undefined,
  permission: Permission,
  scope: OperatorPermission,
): Promise<{ readonly account: AccountRow; readonly byOperator: boolean }> {
  const account = await requireAccount(context, reference, mayOperate(context, scope) ? 'account:read' : permission)
  const [own] = await loadAccounts(context, [account.id])
  const isMember = own !== undefined && own !== null && memberMay(context.caller, own.memberRole, permission)
  if (isMember || !mayOperate(context, scope)) return { account, byOperator: false }
  requireOperator(context, scope)
  return { account, byOperator: true }
}

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
  if (!callerMay(caller, permission)) throw forbidden(caller, permission)
  const id = reference ?? caller.accountId
  if (id === null || prefixOf(id) !== 'acc') return null
  if (caller.accountId && caller.accountId !== id) throw accountNotFound()
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
export function requireOperator(context: IdentityContext, scope: OperatorPermission): void {
  requireSignedIn(context)
  if (!mayOperate(context, scope))
    throw new AppError(
      'FORBIDDEN',
      `Operator access required (role admin or root, or scope ${scope}).${remedyFor(context.caller, scope)}`,
    )
  bufferAudit(context, {
    accountId: null,
    actor: context.caller.principal,
    action: 'operator.access',
    object: scope,
    details: { firstRequest: context.requestId },
  })
}

/** Like `requireOperator`, for queries that return null instead. */
export const mayOperate = ({ caller }: IdentityContext, scope: OperatorPermission): boolean => callerMay(caller, scope)

/** True if the caller runs the installation, by a role. */
export const isOperator = ({ caller }: Pick<IdentityContext, 'caller'>): boolean => rolesAllow(caller, 'ops:read')

/** True if a role of a user has a permission on the installation or on templates. */
export const rolesAllow = (
  caller: Caller,
  permission: Permission | InstallationPermission | TemplatePermission,
): boolean => caller.kind === 'user' && callerMay(caller, permission)

/** True if a scope of the key, or a role of the user, has a permission by the current policies, in memory. */
function callerMay(caller: Caller, permission: string): boolean {
  if (caller.kind === 'anonymous') return false
  // Every session reads its account, the object that has all others.
  if (caller.kind === 'service' && caller.permissions)
    return permission === 'account:read' || caller.permissions.includes(permission)
  const subjects: readonly string[] = caller.kind === 'service' ? caller.scopes : caller.roles
  return subjects.some((subject) => caller.access.allows(subject, permission))
}

/** True if the role of a user in an account has a permission. */
const memberMay = (caller: Caller, role: MemberRole | null, permission: Permission): boolean =>
  caller.kind === 'user' && role !== null && caller.access.allows(role, permission)

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
  if (caller.kind === 'service') {
    if (caller.accountId && caller.accountId !== account.id) return { kind: 'invisible' }
    return callerMay(caller, permission) ? { kind: 'allowed', account, byOffice: false } : { kind: 'forbidden' }
  }
  const role = account.memberRole
  if (memberMay(caller, role, permission)) return { kind: 'allowed', account, byOffice: false }
  if (callerMay(caller, permission)) return { kind: 'allowed', account, byOffice: true }
  return { kind: role || callerMay(caller, 'account:read') ? 'forbidden' : 'invisible' }
}

/** Reference of the requested account, otherwise of the caller's current one. Null if there is none. */
export function accountReference(caller: Caller, reference: string | null | undefined): string | null {
  if (caller.kind === 'anonymous') return null
  return reference ?? (caller.kind === 'user' ? caller.currentAccountId : caller.accountId)
}

/**
 * Decides about an account that was read together with the caller's role in it. False if the caller cannot see it; throws
 * if the caller can see it without the permission.
 */
export function mayRead(
  caller: Caller,
  account: Pick<AccountWithRole, 'id' | 'memberRole'>,
  permission: Permission,
): boolean {
  const { kind } = decide(caller, account, permission)
  if (kind === 'forbidden') throw forbidden(caller, permission)
  return kind === 'allowed'
}

/** The error for an account that does not exist, or that the caller cannot see. A service learns how a customer is created. */
export function accountNotFound(caller?: Caller, reference?: string | null): AppError {
  const wrong = caller?.kind === 'service' && reference ? wrongCustomer(reference) : null
  if (wrong) return wrong
  const namesCustomer = caller?.kind === 'service' && !caller.accountId && reference?.startsWith(CUSTOMER_PREFIX)
  if (!namesCustomer) return new AppError('NOT_FOUND', `Account not found.${accountHint(caller, reference)}`)
  return callerMay(caller, 'accounts:write')
    ? new AppError('CONFLICT', 'The customer was deleted. upsertAccount creates it again.')
    : new AppError('FORBIDDEN', 'The customer does not exist. Scope accounts:write is required to create it.')
}

/** True if a call of the caller creates the customers that it names. */
export const mayCreateCustomers = (caller: Caller): boolean =>
  caller.kind === 'service' && caller.accountId === null && callerMay(caller, 'accounts:write')

/** True if a role or a scope of the caller has a permission on the installation. */
export const holdsPermission = (caller: Caller, permission: InstallationPermission): boolean =>
  callerMay(caller, permission)

/** Requires a permission on the installation. */
export function requireInstallationPermission(context: IdentityContext, permission: InstallationPermission): void {
  requireSignedIn(context)
  if (!callerMay(context.caller, permission))
    throw new AppError(
      'FORBIDDEN',
      `Permission ${permission} is required on the installation.${remedyFor(context.caller, permission)}`,
    )
}

const forbidden = (caller: Caller, permission: Permission): AppError =>
  new AppError('FORBIDDEN', `Permission ${permission} is required on this account.${remedyFor(caller, permission)}`)

/** True if a role in an account has the permission. The others belong to services and operators. */
export const isGivenToMembers = ({ access }: Pick<ServiceCaller, 'access'>, permission: string): boolean =>
  everyMember.some((role) => access.allows(role, permission))

/** The sentence that says what a key or a session lacks for a permission. Empty for other callers. */
export function remedyFor(caller: Caller, permission: Permission | InstallationPermission): string {
  if (caller.kind !== 'service') return ''
  const scopes = caller.access.subjectsWith(permission).filter((subject) => /:\w+$/.test(subject))
  return remedyOf(caller, scopes, isGivenToMembers(caller, permission) ? nameOf(permission as Permission) : null)
}

/** Like `remedyFor`, for what keys do with one of the scopes, and sessions with a permission. Null: no session can have it. */
export function remedyOf(caller: Caller, scopes: readonly string[], ofSession: string | null): string {
  if (caller.kind !== 'service') return ''
  if (caller.permissions)
    return ofSession === null ? ' A session cannot have it.' : ` Create the session with ${ofSession}.`
  if (scopes.length === 0) return ' No scope of a key has it: a user with the permission makes the call.'
  return ` Add the scope ${scopes.join(' or ')} to the key.`
}

/** Pure: whether a service key has the permission on an existing account. It does not depend on the account's row. */
export const serviceMay = (caller: Caller, accountId: string, permission: Permission): boolean =>
  caller.kind === 'service' &&
  (caller.accountId === null || caller.accountId === accountId) &&
  callerMay(caller, permission)

/** Permissions of the caller on an account, for dashboards that show only available actions. */
export async function permissionsOn(context: IdentityContext, accountId: string): Promise<Permission[]> {
  const [account] = await loadAccounts(context, [accountId])
  return accountPermissionsOf(context.declared.permissions).filter(
    (permission) => decide(context.caller, account ?? null, permission).kind === 'allowed',
  )
}
