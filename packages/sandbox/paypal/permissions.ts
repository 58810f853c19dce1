import type { SandboxState } from '../sandbox-state.js'
import { PayPalError } from './api/paypal-error.js'

/** Permissions that the settings of an app switch on and off. */
export const PERMISSIONS = ['transactionSearch', 'disputes'] as const
export type Permission = (typeof PERMISSIONS)[number]

const idOf = (permission: Permission): string => `paypal.without.${permission}`

/** True if the app may use this. Every app may, until that is changed. */
export const isPermitted = ({ store }: SandboxState, permission: Permission): boolean =>
  store.get('setting', idOf(permission))?.value !== 'yes'

/** Switches a permission of the app on or off. */
export function keepPermission({ store }: SandboxState, permission: Permission, isOn: boolean): void {
  store.put('setting', { id: idOf(permission), value: isOn ? 'no' : 'yes' })
}

/** Rejects a call if the app lacks the permission. */
export function requirePermission(world: SandboxState, permission: Permission): void {
  if (isPermitted(world, permission)) return
  throw new PayPalError(403, 'NOT_AUTHORIZED', 'Authorization failed due to insufficient permissions.')
}
