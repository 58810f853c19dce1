import type { SandboxState } from '#sandbox-state.js'
import { invalid } from '../api/stripe-error.js'
import type { CheckoutSessionParameters } from './checkout-session.input.js'

/** Parameters that Stripe manages itself where it is the merchant of record. */
const MANAGED = ['automatic_tax', 'tax_id_collection'] as const satisfies (keyof CheckoutSessionParameters)[]

/** Returns true if sessions without `managed_payments` use it, as on some new accounts at Stripe. Default: false. */
export const isManagedByDefault = (world: SandboxState): boolean =>
  world.store.get('setting', 'managed_payments')?.value === 'true'

/** Changes the setting for later sessions. */
export function keepManagedByDefault(world: SandboxState, isManaged: boolean): void {
  world.store.put('setting', { id: 'managed_payments', value: String(isManaged) })
}

/**
 * Rejects a session that uses Managed Payments, as Stripe does: with the first parameter that it manages, otherwise
 * for the tax code, which no product of the sandbox has.
 */
export function rejectManagedPayments(world: SandboxState, input: CheckoutSessionParameters): void {
  const isManaged = input.managed_payments?.enabled ?? (input.mode !== 'setup' && isManagedByDefault(world))
  if (!isManaged) return
  const conflict = MANAGED.find((name) => input[name] !== undefined)
  if (!conflict)
    throw invalid(
      'Invalid line_items[0]: the product tax code is missing. Product tax code is required for Managed Payments.',
      'line_items',
    )
  const isDefault = input.managed_payments === undefined
  throw invalid(
    isDefault
      ? `${conflict} cannot be used with Managed Payments, which is enabled by default on your account. Remove ${conflict}, or pass managed_payments[enabled]=false to disable it for this request.`
      : `${conflict} cannot be used with Managed Payments.`,
    conflict,
  )
}
