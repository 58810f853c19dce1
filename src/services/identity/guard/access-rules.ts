import { hasScope, type Caller } from '../caller.js'
import { rolesAllow } from './guard.js'

/** What can be done with templates; `*` stands for one part of a path. */
export type TemplatePath = '/templates' | '/templates/*' | '/templates/*/review'
export type TemplateMethod = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** Whether a caller's roles allow it, by the policies as they stand. A key with `ops:write` stands for an admin. */
export const mayAccess = (caller: Caller, path: TemplatePath, method: TemplateMethod): boolean =>
  rolesAllow(caller, path, method) ||
  (caller.kind === 'service' &&
    hasScope(caller, 'ops:write') &&
    (caller.access?.allows('admin', path, method) ?? false))
