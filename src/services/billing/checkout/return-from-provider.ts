import type { BillingContext } from '../billing-context.js'
import type { ProviderName } from '../providers/port.js'
import { findCheckout } from './checkout-queries.js'
import { syncCheckout } from './sync-checkout.js'

/** What a provider says when it sends a buyer back. */
export interface ProviderReturn {
  /** Our checkout's id, which we had put into the address. */
  readonly checkoutId: string
  /** The page that the buyer comes from, as the provider names it. */
  readonly sessionId: string
}

/**
 * Where a buyer goes on to who comes back from a provider that knows no placeholder for its page. Coming back proves nothing, but it is
 * a reason to look: what was approved is collected, once, whoever hears of it first. Null for a page that is not the checkout's.
 */
export async function returnFromProvider(
  context: BillingContext,
  provider: ProviderName,
  { checkoutId, sessionId }: ProviderReturn,
): Promise<string | null> {
  const checkout = await findCheckout(context.database, checkoutId)
  if (!checkout || checkout.provider !== provider || checkout.sessionId !== sessionId) return null
  await syncCheckout(context, provider, sessionId).catch((error: unknown) => {
    // The webhook comes as well; the buyer is not kept waiting.
    context.log.warn(
      { err: error, checkout: checkoutId, requestId: context.requestId },
      'checkout sync on return failed, webhook will complete it',
    )
  })
  return checkout.successUrl.replaceAll('{CHECKOUT_SESSION_ID}', encodeURIComponent(sessionId))
}
