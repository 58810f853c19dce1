import { everyMember, operators, type PermissionDefinitions } from '#services/identity/model/permissions.js'
import type { ScopeDefinitions } from '#services/identity/keys/key-scopes.js'

const ON_ACCOUNT = {
  'deployments:read': { members: everyMember, scopes: ['commands:write', 'ops:read'], roles: operators },
  // A key that may queue commands may neither give a deployment up nor take its agent over.
  'deployments:manage': { members: everyMember, scopes: ['ops:write'] },
  'commands:write': { members: everyMember, scopes: ['commands:write'], roles: operators },
} as const satisfies PermissionDefinitions

/** Permissions on deployments and their agents. */
export const deploymentPermissions = {
  'account:read': { scopes: ['commands:write'] },
  ...ON_ACCOUNT,
} as const satisfies PermissionDefinitions

export const deploymentScopes = {
  'commands:write': { text: 'queue commands for agents', givenBy: 'owners', installationWide: false },
} as const satisfies ScopeDefinitions

declare module '#services/identity/model/permissions.js' {
  interface AccountPermissions extends Record<keyof typeof ON_ACCOUNT, unknown> {}
}
declare module '#services/identity/model/caller.js' {
  interface Scopes extends Record<keyof typeof deploymentScopes, unknown> {}
}
