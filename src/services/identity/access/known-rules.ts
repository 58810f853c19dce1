import { KNOWN_PERMISSIONS } from '../model/guard.js'

/** Paths in policies, with every method; `*` matches one segment. */
const PATHS = ['/templates', '/templates/*', '/templates/*/review']
const METHODS = ['GET', 'POST', 'PUT', 'DELETE']

/** Objects and actions that are checked for roles, in addition to the permissions on accounts. */
const OPERATING = ['ops:read', 'ops:write', 'policies:read', 'policies:write']

/** Everything that a role can be allowed: an object and the actions on it. */
export const KNOWN_RULES: ReadonlyMap<string, readonly string[]> = new Map([
  ...PATHS.map((path) => [path, METHODS] as const),
  ...Array.from(
    Map.groupBy([...KNOWN_PERMISSIONS, ...OPERATING], (permission) => permission.split(':')[0]!),
    ([object, permissions]) => [object, permissions.map((permission) => permission.split(':')[1]!)] as const,
  ),
])
