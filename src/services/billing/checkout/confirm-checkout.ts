import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { requireSignedIn } from '#services/identity/guard/guard.js'
import type { BillingContext } from '../billing-context.js'
import { visibleCheckout } from './checkout.js'
import { findCheckout } from './checkout-queries.js'
import { syncCheckout } from './sync-checkout.js'

/**
 * Syncs a checkout from the provider when the buyer returns before the webhook. Grants nothing that the provider does
 * not confirm.
 */
export async function confirmCheckout(context: BillingContext, sessionId: string): Promise<CheckoutRow> {
  requireSignedIn(context)
  const checkout = await visibleCheckout(context, { sessionId })
  if (!checkout) throw new AppError('NOT_FOUND', 'Checkout not found.')
  await syncCheckout(context, checkout.provider, sessionId)
  return (await findCheckout(context.database, checkout.id))!
}
