import { hasRole, hasScope, type Caller, type Role } from '../caller.js'

/** A role may do something at a path; `*` stands for one part of it. What is not listed is not allowed. */
export type AccessRule = readonly [role: Role, path: string, method: 'GET' | 'POST' | 'PUT' | 'DELETE']

/**
 * Who may do what with templates, by the roles on the installation. The first eleven are given; a vendor's stand below them and hold for
 * what is their own, and a review is the operators'. Ownership is asked for on top.
 */
export const ACCESS_RULES: readonly AccessRule[] = [
  ['root', '/templates', 'POST'],
  ['root', '/templates', 'GET'],
  ['root', '/templates/*', 'GET'],
  ['root', '/templates/*', 'PUT'],
  ['root', '/templates/*', 'DELETE'],
  ['admin', '/templates', 'POST'],
  ['admin', '/templates', 'GET'],
  ['admin', '/templates/*', 'GET'],
  ['admin', '/templates/*', 'PUT'],
  ['developer', '/templates', 'POST'],
  ['developer', '/templates', 'GET'],
  ['vendor', '/templates', 'POST'],
  ['vendor', '/templates', 'GET'],
  ['vendor', '/templates/*', 'GET'],
  ['vendor', '/templates/*', 'PUT'],
  ['root', '/templates/*/review', 'POST'],
  ['admin', '/templates/*/review', 'POST'],
]

/** Whether a caller's roles allow it. A key with `ops:write` stands for an operator. */
export function mayAccess(caller: Caller, path: AccessRule[1], method: AccessRule[2]): boolean {
  return ACCESS_RULES.some(
    ([role, allowedPath, allowedMethod]) =>
      allowedPath === path &&
      allowedMethod === method &&
      (hasRole(caller, role) || (role === 'admin' && hasScope(caller, 'ops:write'))),
  )
}
