import { givenUpBy, type ChangeTerms } from '../model/given-up-lines.js'
import type { BillingContext } from '../model/billing-context.js'
import { recordPaidInvoices } from '../invoices/sync-invoice.js'
import { ProviderUnavailable } from '../model/port.js'
import type { SubscriptionState } from '../model/load-subscription-state.js'

/**
 * Records payments of a subscription before the credit for unused time is decided, because a webhook can be delayed. If
 * the provider does not respond, the recorded payments decide: a cancellation must not wait.
 */
export async function recordPaymentsFirst(
  context: BillingContext,
  state: SubscriptionState,
  change: ChangeTerms,
): Promise<void> {
  const catalog = context.catalog.current()
  const givenUp = givenUpBy(catalog, state, change, { wasLowered: true })
  if (!givenUp || (catalog.unusedTime === 'NONE' && !givenUp.isRaise)) return
  const { provider, externalId } = state.subscription
  try {
    await recordPaidInvoices(context, provider, { subscriptionId: externalId })
  } catch (error) {
    if (!(error instanceof ProviderUnavailable)) throw error
    context.log.warn(
      { err: error, subscription: state.subscription.id },
      'paid invoices could not be read before a credit',
    )
  }
}
