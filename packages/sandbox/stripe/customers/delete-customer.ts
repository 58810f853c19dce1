import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { emitEvent } from '../events/emit-event.js'
import { cancelSubscription } from '../subscriptions/cancel-subscription.js'

/** Deletes a customer permanently and ends the customer's subscriptions immediately. */
export function deleteCustomer(world: SandboxState, customer: Stripe.Customer): Stripe.DeletedCustomer {
  for (const subscription of world.store.by('subscription', 'customer', customer.id)) {
    if (subscription.status !== 'canceled') cancelSubscription(world, subscription.id)
  }
  for (const { id } of world.store.by('tax_id', 'customer', customer.id)) world.store.remove('tax_id', id)
  world.store.remove('customer', customer.id)
  emitEvent(world, 'customer.deleted', customer)
  return world.store.put('deleted_customer', { id: customer.id, object: 'customer', deleted: true })
}
