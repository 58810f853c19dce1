import type { Permission } from '#schema/identity/permission.js'
import type { Permission as AccountPermission } from './permissions.js'

/** Name of a permission in the schema. */
export function nameOf(permission: AccountPermission): Permission {
  return permission.toUpperCase().replace(':', '_') as Permission
}

/** Permission on an account by its name in the schema. */
export const accountPermission = (name: Permission): AccountPermission =>
  name.toLowerCase().replace('_', ':') as AccountPermission
