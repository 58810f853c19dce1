import type { SandboxState } from '#sandbox-state.js'
import { notFound } from '../api/paypal-error.js'
import type { Order } from '../objects.js'

/** The order, or PayPal's 404. Orders that were never approved in time are no longer there. */
export function requireOrder(world: SandboxState, id: string): Order {
  const order = world.store.get('paypal.order', id)
  if (order === undefined || order.status === 'VOIDED') throw notFound()
  return order
}
