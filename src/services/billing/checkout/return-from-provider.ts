import type { BillingContext } from '../model/billing-context.js'
import type { ProviderName } from '../providers/provider-name.js'
import { findCheckout } from '../model/checkout-queries.js'
import { syncPage } from './sync-checkout.js'

/** Parameters that a provider adds to the return URL. */
export interface ProviderReturn {
  readonly provider: ProviderName
  /** Our checkout's id, which we had put into the address. */
  readonly checkoutId: string
  /** The page that the buyer comes from, as the provider names it. */
  readonly sessionId: string
}

/**
 * URL for a buyer who returns from a provider that does not support a session placeholder. The return proves nothing
 * but triggers a sync: an approved payment is collected once, whether by this request or by the webhook. A provider that
 * is no longer configured is not asked. Null if the page does not belong to the checkout.
 */
export async function returnFromProvider(
  context: BillingContext,
  { provider, checkoutId, sessionId }: ProviderReturn,
): Promise<string | null> {
  const checkout = await findCheckout(context.database, checkoutId)
  if (!checkout || checkout.provider !== provider || checkout.sessionId !== sessionId) return null
  try {
    await syncPage(context, checkout, sessionId)
  } catch (error) {
    // The webhook comes as well; the buyer is not kept waiting.
    context.log.warn(
      { err: error, checkout: checkoutId, requestId: context.requestId },
      'checkout sync on return failed, webhook will complete it',
    )
  }
  return checkout.successUrl.replaceAll('{CHECKOUT_SESSION_ID}', encodeURIComponent(sessionId))
}
