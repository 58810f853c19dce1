import { hasScope, type Caller } from '../model/caller.js'
import { remedyOf, rolesAllow } from '../model/guard.js'
import type { TemplatePermission } from '../model/permissions.js'

/** True if the caller's roles allow it by the current policies. A key with `ops:write` counts as an admin. */
export const mayAccess = (caller: Caller, permission: TemplatePermission): boolean =>
  rolesAllow(caller, permission) ||
  (caller.kind === 'service' && hasScope(caller, 'ops:write') && caller.access.allows('admin', permission))

/** The sentence that says what a key lacks for a permission on templates. Empty for other callers. */
export const templateRemedy = (caller: Caller, permission: TemplatePermission): string =>
  caller.kind === 'service'
    ? remedyOf(caller, caller.access.allows('admin', permission) ? ['ops:write'] : [], null)
    : ''
