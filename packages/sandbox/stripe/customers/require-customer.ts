import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { missing } from '../api/stripe-error.js'

/** Returns the customer, or throws Stripe's error. */
export function requireCustomer(world: SandboxState, id: string, param = 'id', status = 404): Stripe.Customer {
  const customer = world.store.get('customer', id)
  if (customer === undefined) throw missing('customer', id, param, status)
  return customer
}
