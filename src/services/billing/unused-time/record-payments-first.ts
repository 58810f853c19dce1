import { givenUpBy, type ChangeTerms } from '../model/given-up-lines.js'
import type { BillingContext } from '../model/billing-context.js'
import { recordPaidInvoices, syncInvoice } from '../invoices/sync-invoice.js'
import { ProviderUnavailable } from '../providers/provider-errors.js'
import type { SubscriptionState } from '../model/load-subscription-state.js'

/**
 * Records payments of a subscription, and invoices that wait for one, before the credit for unused time is decided, because a webhook can be delayed. If
 * the provider does not respond, what is recorded decides: a cancellation must not wait.
 */
export async function recordPaymentsFirst(
  context: BillingContext,
  state: SubscriptionState,
  change: ChangeTerms,
): Promise<void> {
  const catalog = context.catalog.current()
  const givenUp = givenUpBy(catalog, state, change, { wasLowered: true })
  if (!givenUp || (catalog.unusedTime === 'NONE' && !givenUp.isRaise)) return
  const { port, subscription } = state
  const { externalId, daysUntilDue } = subscription
  try {
    await recordPaidInvoices(context, port, { subscriptionId: externalId })
    if (daysUntilDue !== null)
      for (const id of await port.openInvoicesOf(externalId)) await syncInvoice(context, port, id, { alone: true })
  } catch (error) {
    if (!(error instanceof ProviderUnavailable)) throw error
    context.log.warn({ err: error, subscription: subscription.id }, 'paid invoices could not be read before a credit')
  }
}
