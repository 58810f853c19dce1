import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { emitEvent } from '../events/emit-event.js'

/** Announces a change of a refund by both of its names. */
export function announceRefund(world: SandboxState, refund: Stripe.Refund, previous: Record<string, unknown>): void {
  emitEvent(world, 'refund.updated', refund, previous)
  emitEvent(world, 'charge.refund.updated', refund, previous)
}
