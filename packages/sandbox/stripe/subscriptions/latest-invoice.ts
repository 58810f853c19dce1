import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'

/**
 * The latest final invoice of a subscription, which decides whether the subscription is active or past due. Void invoices do not count.
 * Undefined if there is none.
 */
export const latestFinal = (world: SandboxState, subscription: string): Stripe.Invoice | undefined =>
  world.store
    .by('invoice', 'subscription', subscription)
    .findLast(({ status }) => status !== 'draft' && status !== 'void')
