import type { MemberRole } from '#entities/identity/member.entity.js'
import type { Role, Scope } from './caller.js'

declare module '#services/kernel/context/declared.js' {
  interface Declared {
    /** Permissions of each module. */
    readonly permissions: readonly PermissionDefinitions[]
  }
}

/** Callers that have a permission. */
interface Holders {
  /** Roles in the account. */
  readonly members?: readonly MemberRole[]
  /** Scopes of service keys. */
  readonly scopes?: readonly Scope[]
  /** Roles of the installation in a new installation. Afterwards the database decides. */
  readonly roles?: readonly Role[]
}

/** Permissions by name, with callers that have each. Those of a lower module have more callers with a higher one. */
export type PermissionDefinitions = Readonly<Record<string, Holders>>

export const everyMember: readonly MemberRole[] = ['OWNER', 'ADMIN', 'MEMBER']
export const managers: readonly MemberRole[] = ['OWNER', 'ADMIN']
/** Operators can read every account and run the installation, but they cannot spend an account's money. */
export const operators: readonly Role[] = ['root', 'admin']

/** Permissions on an account. */
const ON_ACCOUNT = {
  'account:read': {
    members: everyMember,
    scopes: [
      'entitlements:read',
      'entitlements:write',
      'credits:write',
      'billing:read',
      'billing:write',
      'accounts:read',
      'accounts:write',
      'ops:read',
      'ops:write',
    ],
    roles: operators,
  },
  // The application behind the key shows its customers who acts for them. A key for all accounts reads their personal data with it.
  'members:read': {
    members: everyMember,
    scopes: ['accounts:read', 'accounts:write', 'ops:read'],
    roles: operators,
  },
  'members:manage': { members: managers },
  // Invitations, keys, webhook endpoints and jobs: who and what acts for the account.
  'access:read': { members: managers, scopes: ['ops:read', 'ops:write'], roles: operators },
  'keys:manage': { members: managers },
  'entitlements:read': {
    members: everyMember,
    scopes: ['entitlements:read', 'entitlements:write'],
    roles: operators,
  },
  // Members read what they have; the application that serves them uses it.
  'entitlements:use': { scopes: ['entitlements:write'] },
  // The application that keeps its own payment provider says what was paid there.
  'credits:write': { scopes: ['credits:write', 'ops:write'], roles: operators },
  'billing:read': { members: everyMember, scopes: ['billing:read', 'billing:write'], roles: operators },
  'billing:manage': { members: managers, scopes: ['billing:write'] },
  // A receiver of an account's events learns what the account buys and runs.
  'webhooks:manage': { members: managers, scopes: ['ops:write'] },
} as const satisfies PermissionDefinitions

/** Permissions on an account. Each domain adds its own by a declaration of this interface. */
export interface AccountPermissions extends Record<keyof typeof ON_ACCOUNT, unknown> {}
export type Permission = keyof AccountPermissions

/** Permissions on the whole installation. */
const ON_INSTALLATION = {
  'ops:read': { scopes: ['ops:read'], roles: operators },
  'ops:write': { scopes: ['ops:write'], roles: operators },
  // The application behind the key says who its customers are.
  'accounts:write': { scopes: ['accounts:write'], roles: operators },
  'policies:read': { roles: operators },
  'policies:write': { roles: operators },
} as const satisfies PermissionDefinitions
export type InstallationPermission = keyof typeof ON_INSTALLATION
export type OperatorPermission = Extract<InstallationPermission, `ops:${string}`>

/** Methods on paths of templates, where `*` matches one segment. The marketplace declares them. */
export interface TemplatePermissions {}
export type TemplatePermission = keyof TemplatePermissions

/** Permissions of the core. */
export const corePermissions = { ...ON_ACCOUNT, ...ON_INSTALLATION } as const

/** Permissions on an account, of modules. */
export const accountPermissionsOf = (definitions: readonly PermissionDefinitions[]): Permission[] =>
  [...new Set(definitions.flatMap(Object.keys))].filter(
    (name): name is Permission => !name.startsWith('/') && !Object.hasOwn(ON_INSTALLATION, name),
  )

const withParts = (definitions: readonly PermissionDefinitions[]) =>
  definitions.flatMap(Object.entries<Holders>).map(([permission, holders]) => {
    const [object, action] = permission.split(':') as [string, string]
    return { object, action, ...holders }
  })

/** Objects of policies of modules, each with its actions. */
export const knownRules = (definitions: readonly PermissionDefinitions[]): ReadonlyMap<string, readonly string[]> =>
  new Map(
    Array.from(
      Map.groupBy(withParts(definitions), ({ object }) => object),
      ([object, permissions]) => [object, [...new Set(permissions.map(({ action }) => action))]],
    ),
  )

/**
 * Gives a subject a permission: an object, for example `billing` or a path where `*` matches one segment, and an action.
 * The subject is a role of the installation (`root`), a role in an account (`OWNER`) or a scope (`ops:read`).
 */
export type PolicyRule = readonly [subject: string, object: string, action: string]

/** Policies of roles in a new installation. Afterwards the database decides. */
export const defaultPolicies = (definitions: readonly PermissionDefinitions[]): PolicyRule[] =>
  withParts(definitions).flatMap(({ object, action, roles = [] }) =>
    roles.map((subject): PolicyRule => [subject, object, action]),
  )

/** Policies of members and service keys. They are the same in every installation. */
export const fixedPolicies = (definitions: readonly PermissionDefinitions[]): PolicyRule[] =>
  withParts(definitions).flatMap(({ object, action, members = [], scopes = [] }) =>
    [...members, ...new Set(scopes.flatMap(withFamily))].map((subject): PolicyRule => [subject, object, action]),
  )

/** A scope, and the one that includes all scopes of its family. */
function withFamily(scope: Scope): string[] {
  return [scope, `${scope.split(':')[0]}:*`]
}
