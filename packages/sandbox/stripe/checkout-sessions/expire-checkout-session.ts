import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { emitEvent } from '../events/emit-event.js'

/** Closes an open session without a payment. A closed session stays unchanged. */
export function expireCheckoutSession(world: SandboxState, id: string): Stripe.Checkout.Session | null {
  const session = world.store.get('checkout.session', id)
  if (session?.status !== 'open') return null
  world.due.cancel('session.expire', id)
  const { object } = changeObject(world, 'checkout.session', id, { status: 'expired', url: null })
  emitEvent(world, 'checkout.session.expired', object)
  return object
}
