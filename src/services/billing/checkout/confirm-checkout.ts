import type { CheckoutBy } from '#schema/billing/checkout.type.js'
import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { requireSignedIn } from '#services/identity/model/guard.js'
import type { BillingContext } from '../model/billing-context.js'
import { ProviderUnavailable } from '../providers/provider-errors.js'
import { visibleCheckout } from './checkouts.js'
import { findCheckout } from '../model/checkout-queries.js'
import { syncPage } from './sync-checkout.js'

/**
 * Syncs a checkout from the provider when the buyer returns before the webhook. Grants nothing that the provider does
 * not confirm. If the provider does not respond, the checkout is returned as recorded; the webhook completes it.
 */
export async function confirmCheckout(
  context: BillingContext,
  { id = null, providerReference = null }: CheckoutBy,
): Promise<CheckoutRow> {
  requireSignedIn(context)
  const checkout = await visibleCheckout(context, { id, providerReference })
  if (!checkout) throw new AppError('NOT_FOUND', 'Checkout not found.')
  if (!checkout.sessionId) return checkout
  try {
    await syncPage(context, checkout, checkout.sessionId)
  } catch (error) {
    if (!(error instanceof ProviderUnavailable)) throw error
    context.log.warn(
      { err: error, checkout: checkout.id, requestId: context.requestId },
      'checkout sync on confirmation failed, webhook will complete it',
    )
  }
  return (await findCheckout(context.database, checkout.id))!
}
