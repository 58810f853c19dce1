import type { AccountLoader } from '../accounts/account-loader.js'
import type { PolicyEnforcer } from '../access/policy-enforcer.js'
import type { PolicyStore } from '../access/policy-store.js'
import type { UserService } from '../user-service/user-service.js'
import type { Context } from '#services/kernel/context/context.js'

export const ROLES = ['root', 'admin', 'developer', 'vendor', 'user'] as const
export type Role = (typeof ROLES)[number]
/** Scopes of keys. Each domain adds its own by a declaration of this interface. */
export interface Scopes {}
export type Scope = keyof Scopes

export interface UserCaller {
  readonly kind: 'user'
  /** Identity of the caller, for idempotency and the audit log. */
  readonly principal: string
  readonly userId: string
  readonly subject: string
  readonly email: string
  /** False only if the token says so: the identity provider is responsible for verified addresses. */
  readonly emailVerified: boolean
  readonly roles: readonly Role[]
  /** The current policies. */
  readonly access: PolicyEnforcer
  /** Account of the token's community, otherwise the personal account. Null if the community is unknown. */
  readonly currentAccountId: string | null
  readonly expiresAt: Date | null
  /** The person who acts in the name of the user, as the identity provider says (`act`). Absent or null: the user. */
  readonly impersonator?: string | null
}

export interface ServiceCaller {
  readonly kind: 'service'
  readonly principal: string
  readonly keyId: string
  readonly scopes: readonly string[]
  /** Permissions of an account session on its account. Null for a key, whose scopes decide. */
  readonly permissions: readonly string[] | null
  /** The current policies. */
  readonly access: PolicyEnforcer
  /** Null: any account. */
  readonly accountId: string | null
  readonly expiresAt: Date | null
  /** Hash of the secret of the key. Absent: the caller has an access token. */
  readonly secretHash?: string
  /** End of the access token itself, which its key can precede. */
  readonly tokenEnd?: Date
}

/** A service caller before the policies are known. */
export type KeyHolder = Omit<ServiceCaller, 'access'>

export interface AnonymousCaller {
  readonly kind: 'anonymous'
  readonly principal: 'anonymous'
  readonly expiresAt: null
}

/**
 * The caller of a request. Agents are not callers: they use only the agent routes, which authenticate every request.
 */
export type Caller = UserCaller | ServiceCaller | AnonymousCaller

export const anonymous: AnonymousCaller = { kind: 'anonymous', principal: 'anonymous', expiresAt: null }

/** A context with its caller; all domains above identity use it. */
export interface IdentityContext extends Context {
  readonly caller: Caller
  /** Machine time at which the request arrived. */
  readonly receivedAt: Date
  /** User of the application that a service names as its actor. Null if none. */
  readonly onBehalfOf: string | null
  /** Accounts loaded in this request. */
  readonly accounts: AccountLoader
  /** The User Service. Null if there is none. */
  readonly userService: UserService | null
  /** In-memory permissions of roles. */
  readonly access: Pick<PolicyStore, 'allows' | 'subjectsWith' | 'reload' | 'onChange'>
}

export const hasRole = (caller: Caller, ...roles: Role[]): boolean =>
  caller.kind === 'user' && caller.roles.some((role) => roles.includes(role))

/** True if a service key carries a scope; `ops:*` covers every scope of its family. */
export const hasScope = (caller: Caller, scope: Scope): boolean =>
  caller.kind === 'service' && (caller.scopes.includes(scope) || caller.scopes.includes(`${scope.split(':')[0]}:*`))

/**
 * The owner of a caller's idempotency keys. The services of one account share them, so that a retry after a rotation of the service key is
 * still a retry.
 */
export const idempotencyOwner = (caller: Caller): string =>
  caller.kind === 'service' && caller.accountId !== null ? `services:${caller.accountId}` : caller.principal
