import type { MemberRole } from '#entities/identity/member.entity.js'
import type { Role, Scope } from './caller.js'

/** Callers that have a permission. */
interface Holders {
  /** Roles in the account. */
  readonly members?: readonly MemberRole[]
  /** Scopes of service keys. */
  readonly scopes?: readonly Scope[]
  /** Roles of the installation in a new installation. Afterwards the database decides. */
  readonly roles?: readonly Role[]
}

const everyMember: readonly MemberRole[] = ['OWNER', 'ADMIN', 'MEMBER']
const managers: readonly MemberRole[] = ['OWNER', 'ADMIN']
/** Operators can read every account and run the installation, but they cannot spend an account's money. */
const operators: readonly Role[] = ['root', 'admin']

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
      'commands:write',
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
  'deployments:read': { members: everyMember, scopes: ['commands:write', 'ops:read'], roles: operators },
  // A key that may queue commands may neither give a deployment up nor take its agent over.
  'deployments:manage': { members: everyMember, scopes: ['ops:write'] },
  'commands:write': { members: everyMember, scopes: ['commands:write'], roles: operators },
  // A receiver of an account's events learns what the account buys and runs.
  'webhooks:manage': { members: managers, scopes: ['ops:write'] },
  // It permits to write templates in the account's name, and to see what they earn.
  'marketplace:publish': { members: managers },
} as const satisfies Record<string, Holders>
export type Permission = keyof typeof ON_ACCOUNT

/** Every permission on an account. */
export const ACCOUNT_PERMISSIONS = Object.keys(ON_ACCOUNT) as readonly Permission[]

/** True if a role in an account has the permission. The others belong to services. */
export const isGivenToMembers = (permission: Permission): boolean => 'members' in ON_ACCOUNT[permission]

/** True for a permission on an account, false for one on the installation. */
export const isOnAccount = (permission: string): permission is Permission => Object.hasOwn(ON_ACCOUNT, permission)

/** Permissions on the whole installation. */
const ON_INSTALLATION = {
  'ops:read': { scopes: ['ops:read'], roles: operators },
  'ops:write': { scopes: ['ops:write'], roles: operators },
  // The application behind the key says who its customers are.
  'accounts:write': { scopes: ['accounts:write'], roles: operators },
  'policies:read': { roles: operators },
  'policies:write': { roles: operators },
} as const satisfies Record<string, Holders>
export type InstallationPermission = keyof typeof ON_INSTALLATION
export type OperatorPermission = Extract<InstallationPermission, `ops:${string}`>

/** Scopes of keys that have a permission. Empty if none has. */
export function scopesOf(permission: Permission | InstallationPermission): readonly Scope[] {
  const holders: Holders = { ...ON_ACCOUNT, ...ON_INSTALLATION }[permission]
  return holders.scopes ?? []
}

const authors: readonly Role[] = ['root', 'admin', 'developer', 'vendor']
/** A vendor edits what is their own. */
const editors: readonly Role[] = ['root', 'admin', 'vendor']

/** Methods on paths of templates. `*` matches one segment. */
const ON_TEMPLATES = {
  '/templates:GET': { roles: authors },
  '/templates:POST': { roles: authors },
  '/templates:PUT': {},
  '/templates:DELETE': {},
  '/templates/*:GET': { roles: editors },
  '/templates/*:POST': {},
  '/templates/*:PUT': { roles: editors },
  '/templates/*:DELETE': { roles: ['root'] },
  '/templates/*/review:GET': {},
  '/templates/*/review:POST': { roles: operators },
  '/templates/*/review:PUT': {},
  '/templates/*/review:DELETE': {},
} as const satisfies Record<string, Holders>
export type TemplatePermission = keyof typeof ON_TEMPLATES

const PERMISSIONS = Object.entries<Holders>({ ...ON_ACCOUNT, ...ON_INSTALLATION, ...ON_TEMPLATES }).map(
  ([permission, holders]) => {
    const [object, action] = permission.split(':') as [string, string]
    return { object, action, ...holders }
  },
)

/** Objects of policies, each with its actions. */
export const KNOWN_RULES: ReadonlyMap<string, readonly string[]> = new Map(
  Array.from(
    Map.groupBy(PERMISSIONS, ({ object }) => object),
    ([object, permissions]) => [object, permissions.map(({ action }) => action)],
  ),
)

/**
 * Gives a subject a permission: an object, for example `billing` or a path where `*` matches one segment, and an action.
 * The subject is a role of the installation (`root`), a role in an account (`OWNER`) or a scope (`ops:read`).
 */
export type PolicyRule = readonly [subject: string, object: string, action: string]

const rulesOf = (subjectsOf: (holders: Holders) => readonly string[]): PolicyRule[] =>
  PERMISSIONS.flatMap(({ object, action, ...holders }) =>
    subjectsOf(holders).map((subject): PolicyRule => [subject, object, action]),
  )

/** Policies of roles in a new installation. Afterwards the database decides. */
export const DEFAULT_POLICIES: readonly PolicyRule[] = rulesOf(({ roles = [] }) => roles)

/** Policies of members and service keys. They are the same in every installation. */
export const FIXED_POLICIES: readonly PolicyRule[] = rulesOf(({ members = [], scopes = [] }) => [
  ...members,
  ...new Set(scopes.flatMap(withFamily)),
])

/** A scope, and the one that includes all scopes of its family. */
function withFamily(scope: Scope): string[] {
  return [scope, `${scope.split(':')[0]}:*`]
}
