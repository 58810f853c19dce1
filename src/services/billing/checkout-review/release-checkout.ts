import type { ReleaseCheckoutArgs } from '#schema/billing/checkout-review.type.js'
import type { CheckoutRow } from '#entities/billing/checkout.entity.js'
import { syncPage } from '#services/billing/checkout/sync-checkout.js'
import { ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { currentCheckout, decideCheckoutByOperator } from './resolve-checkout.js'

/** Accepts the payment of a quarantined checkout: its product is granted. A payment that waits for its collection is collected. */
export async function releaseCheckout(
  context: BillingContext,
  input: ReleaseCheckoutArgs,
): Promise<CheckoutRow | Denied> {
  const checkout = await decideCheckoutByOperator(context, input, 'RELEASED')
  if ('kind' in checkout) return checkout
  if (checkout.status !== 'QUARANTINED' || !checkout.sessionId) return checkout
  try {
    await syncPage(context, checkout, checkout.sessionId)
  } catch (error) {
    if (!(error instanceof ProviderUnavailable)) throw error
    return denied(
      refused('PROVIDER_UNAVAILABLE', 'The payment provider does not respond. Repeat the call with the same key.'),
    )
  }
  return currentCheckout(context, checkout)
}
