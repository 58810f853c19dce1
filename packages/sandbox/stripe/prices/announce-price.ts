import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { emitEvent } from '../events/emit-event.js'
import { buildPlan } from './price.object.js'

/** Announces a new price; a recurring one also by its old name. */
export function announcePrice(world: SandboxState, price: Stripe.Price): void {
  if (price.recurring !== null) emitEvent(world, 'plan.created', buildPlan(price))
  emitEvent(world, 'price.created', price)
}
