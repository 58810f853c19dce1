import type { BillingContext } from '../model/billing-context.js'
import type { PaymentPort } from '../providers/port.js'
import { findCheckout } from '../model/checkout-queries.js'
import { syncCheckout } from './sync-checkout.js'

/** Parameters that a provider adds to the return URL. */
export interface ProviderReturn {
  /** Our checkout's id, which we had put into the address. */
  readonly checkoutId: string
  /** The page that the buyer comes from, as the provider names it. */
  readonly sessionId: string
}

/**
 * URL for a buyer who returns from a provider that does not support a session placeholder. The return proves nothing
 * but triggers a sync: an approved payment is collected once, whether by this request or by the webhook. Null if the
 * page does not belong to the checkout.
 */
export async function returnFromProvider(
  context: BillingContext,
  port: PaymentPort,
  { checkoutId, sessionId }: ProviderReturn,
): Promise<string | null> {
  const checkout = await findCheckout(context.database, checkoutId)
  if (!checkout || checkout.provider !== port.provider || checkout.sessionId !== sessionId) return null
  await syncCheckout(context, port, sessionId).catch((error: unknown) => {
    // The webhook comes as well; the buyer is not kept waiting.
    context.log.warn(
      { err: error, checkout: checkoutId, requestId: context.requestId },
      'checkout sync on return failed, webhook will complete it',
    )
  })
  return checkout.successUrl.replaceAll('{CHECKOUT_SESSION_ID}', encodeURIComponent(sessionId))
}
