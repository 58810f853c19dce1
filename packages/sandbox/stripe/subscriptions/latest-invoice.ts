import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'

/**
 * True if an invoice is the latest final one of its subscription. That one decides whether the subscription is active or
 * past due. Void invoices of changes never count, because the change did not happen.
 */
export function isLatestFinal(world: SandboxState, subscription: string, invoice: Stripe.Invoice): boolean {
  const latest = world.store
    .by('invoice', 'subscription', subscription)
    .findLast((one) => one.id === invoice.id || (one.status !== 'draft' && !isVoidChange(one)))
  return latest?.id === invoice.id
}

function isVoidChange({ status, billing_reason }: Stripe.Invoice): boolean {
  return status === 'void' && billing_reason === 'subscription_update'
}
