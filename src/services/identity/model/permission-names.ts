import type { Permission } from '#schema/identity/permission.js'
import { ACCOUNT_PERMISSIONS, type Permission as AccountPermission } from './permissions.js'

const onAccount = new Map(ACCOUNT_PERMISSIONS.map((name) => [nameOf(name), name]))

/** Name of a permission in the schema. */
export function nameOf(permission: AccountPermission): Permission {
  return permission.toUpperCase().replace(':', '_') as Permission
}

/** A permission on an account by its name in the schema. Undefined for those on the installation. */
export const accountPermission = (permission: Permission): AccountPermission | undefined => onAccount.get(permission)
