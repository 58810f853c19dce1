import type { SandboxState } from '#sandbox-state.js'
import type { Dispute } from '../objects.js'

/** All disputes of a payment, oldest first. */
export function disputesOf(world: SandboxState, capture: string): Dispute[] {
  return world.store
    .by('paypal.dispute_detail', 'capture', capture)
    .map(({ id }) => world.store.need('paypal.dispute', id))
}

/** The dispute of a payment that is not over, or undefined. */
export function openDisputeOf(world: SandboxState, capture: string): Dispute | undefined {
  return disputesOf(world, capture).find(({ status }) => status !== 'RESOLVED')
}

/** True if a dispute of a payment was decided for its payer. */
export function wasLost(world: SandboxState, capture: string): boolean {
  return disputesOf(world, capture).some(
    ({ dispute_outcome: outcome }) => outcome?.outcome_code === 'RESOLVED_BUYER_FAVOUR',
  )
}
