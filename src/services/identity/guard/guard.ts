import type { AccountRow } from '../../../entities/identity/account.entity.js'
import type { MemberRole } from '../../../entities/identity/member.entity.js'
import { AppError } from '../../kernel/errors/app-error.js'
import { findAccount } from '../accounts/account-reference.js'
import { hasRole, hasScope, type IdentityContext, type Role, type Scope } from '../caller.js'

/** What can be asked of an account. */
export type Permission =
  | 'account:read'
  | 'entitlements:read'
  | 'billing:read'
  | 'billing:manage'
  | 'deployments:read'
  | 'deployments:manage'
  | 'commands:write'

interface Rule {
  /** Roles in the account that suffice. */
  readonly members: readonly MemberRole[]
  /** Roles on the installation that suffice without membership: operators look, they do not spend other people's money. */
  readonly roles: readonly Role[]
  /** A service key's scope that suffices. */
  readonly scopes: readonly Scope[]
}

const everyMember = ['OWNER', 'ADMIN', 'MEMBER'] as const
const operators = ['root', 'admin'] as const

const RULES: Record<Permission, Rule> = {
  'account:read': {
    members: everyMember,
    roles: operators,
    scopes: ['entitlements:read', 'entitlements:write', 'billing:read', 'commands:write', 'ops:read'],
  },
  'entitlements:read': { members: everyMember, roles: operators, scopes: ['entitlements:read', 'entitlements:write'] },
  'billing:read': { members: everyMember, roles: operators, scopes: ['billing:read'] },
  'billing:manage': { members: ['OWNER', 'ADMIN'], roles: [], scopes: [] },
  'deployments:read': { members: everyMember, roles: operators, scopes: ['commands:write', 'ops:read'] },
  'deployments:manage': { members: everyMember, roles: [], scopes: ['commands:write'] },
  'commands:write': { members: everyMember, roles: operators, scopes: ['commands:write'] },
}

/** The account that a request is about: the one named, else the caller's current one. Null when it is not for this caller to see. */
export async function visibleAccount(
  context: IdentityContext,
  reference: string | null | undefined,
  permission: Permission,
): Promise<AccountRow | null> {
  const decision = await decide(context, reference, permission)
  return decision.kind === 'allowed' ? decision.account : null
}

/** As `visibleAccount`, for mutations: what is not the caller's does not exist; what is but needs more rights is forbidden. */
export async function requireAccount(
  context: IdentityContext,
  reference: string | null | undefined,
  permission: Permission,
): Promise<AccountRow> {
  requireSignedIn(context)
  const decision = await decide(context, reference, permission)
  if (decision.kind === 'allowed') return decision.account
  if (decision.kind === 'forbidden')
    throw new AppError('FORBIDDEN', `This needs the permission ${permission} on the account.`)
  throw new AppError('NOT_FOUND', 'There is no such account.')
}

export function requireSignedIn(context: IdentityContext): void {
  if (context.caller.kind === 'anonymous') throw new AppError('UNAUTHENTICATED', 'Sign in: this needs a bearer token.')
}

/** For what concerns the whole installation: an operator, or a service key with the scope. */
export function requireOperator(context: IdentityContext, scope: Scope): void {
  requireSignedIn(context)
  if (!hasRole(context.caller, ...operators) && !hasScope(context.caller, scope))
    throw new AppError('FORBIDDEN', `This is for operators (admin, root or ${scope}).`)
}

export const isOperator = (context: IdentityContext): boolean => hasRole(context.caller, ...operators)

type Decision =
  | { readonly kind: 'allowed'; readonly account: AccountRow }
  | { readonly kind: 'forbidden' | 'invisible' }

async function decide(
  context: IdentityContext,
  reference: string | null | undefined,
  permission: Permission,
): Promise<Decision> {
  const { caller } = context
  if (caller.kind === 'anonymous') return { kind: 'invisible' }
  const named = reference ?? (caller.kind === 'user' ? caller.currentAccountId : caller.accountId)
  const account = named ? await findAccount(context.database, named) : null
  if (!account) return { kind: 'invisible' }
  const rule = RULES[permission]
  if (caller.kind === 'service') {
    if (caller.accountId && caller.accountId !== account.id) return { kind: 'invisible' }
    return rule.scopes.some((scope) => hasScope(caller, scope)) ? { kind: 'allowed', account } : { kind: 'forbidden' }
  }
  const role = await memberRole(context, account.id, caller.userId)
  if (role && rule.members.includes(role)) return { kind: 'allowed', account }
  if (hasRole(caller, ...rule.roles)) return { kind: 'allowed', account }
  return { kind: role || hasRole(caller, ...operators) ? 'forbidden' : 'invisible' }
}

async function memberRole(context: IdentityContext, accountId: string, userId: string): Promise<MemberRole | null> {
  const row = await context.database.row<{ role: MemberRole }>(
    `select role from member where account_id = $1 and user_id = $2`,
    [accountId, userId],
  )
  return row?.role ?? null
}

/** What the caller may do with an account, for dashboards that show only what works. */
export async function permissionsOn(context: IdentityContext, accountId: string): Promise<Permission[]> {
  const permissions = Object.keys(RULES) as Permission[]
  const allowed = await Promise.all(permissions.map((permission) => visibleAccount(context, accountId, permission)))
  return permissions.filter((_, index) => allowed[index] !== null)
}
