import { allDeclared } from '#modules/all-declarations.js'
import { isGivenToMembers as isGiven } from '#services/identity/model/guard.js'
import { accountPermissionsOf, defaultPolicies, fixedPolicies } from '#services/identity/model/permissions.js'
import { keyWith } from './callers.js'

// Permissions and scopes of all modules.

export const ACCOUNT_PERMISSIONS = accountPermissionsOf(allDeclared.permissions)
export const DEFAULT_POLICIES = defaultPolicies(allDeclared.permissions)
export const FIXED_POLICIES = fixedPolicies(allDeclared.permissions)
export const ALL_SCOPES = Object.keys(allDeclared.scopes)

export const isGivenToMembers = (permission: string): boolean => isGiven(keyWith([]), permission)
