import type { Role } from '#services/identity/model/caller.js'
import { managers, operators, type PermissionDefinitions } from '#services/identity/model/permissions.js'
import type { ScopeDefinitions } from '#services/identity/keys/key-scopes.js'

const ON_ACCOUNT = {
  // It permits to write templates in the account's name, and to see what they earn.
  'marketplace:publish': { members: managers },
} as const satisfies PermissionDefinitions

const authors: readonly Role[] = ['root', 'admin', 'developer', 'vendor']
/** A vendor edits what is their own. */
const editors: readonly Role[] = ['root', 'admin', 'vendor']

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
} as const satisfies PermissionDefinitions

/** Permissions of vendors and on templates. */
export const marketplacePermissions = { ...ON_ACCOUNT, ...ON_TEMPLATES } as const

export const marketplaceScopes = {
  'marketplace:sync': { text: 'synchronize the marketplace', givenBy: 'operators', installationWide: false },
} as const satisfies ScopeDefinitions

declare module '#services/identity/model/permissions.js' {
  interface AccountPermissions extends Record<keyof typeof ON_ACCOUNT, unknown> {}
  interface TemplatePermissions extends Record<keyof typeof ON_TEMPLATES, unknown> {}
}
declare module '#services/identity/model/caller.js' {
  interface Scopes extends Record<keyof typeof marketplaceScopes, unknown> {}
}
