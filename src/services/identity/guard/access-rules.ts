import { hasScope, type Caller } from '../model/caller.js'
import { rolesAllow } from '../model/guard.js'
import type { TemplatePermission } from '../model/permissions.js'

/** True if the caller's roles allow it by the current policies. A key with `ops:write` counts as an admin. */
export const mayAccess = (caller: Caller, permission: TemplatePermission): boolean =>
  rolesAllow(caller, permission) ||
  (caller.kind === 'service' && hasScope(caller, 'ops:write') && caller.access.allows('admin', permission))
