import { hasScope, type Caller } from '../model/caller.js'
import { rolesAllow } from '../model/guard.js'

/** Objects of template permissions. `*` matches one path segment. */
export type TemplatePath = '/templates' | '/templates/*' | '/templates/*/review'
export type TemplateMethod = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** True if the caller's roles allow it by the current policies. A key with `ops:write` counts as an admin. */
export const mayAccess = (caller: Caller, path: TemplatePath, method: TemplateMethod): boolean =>
  rolesAllow(caller, path, method) ||
  (caller.kind === 'service' &&
    hasScope(caller, 'ops:write') &&
    (caller.access?.allows('admin', path, method) ?? false))
