import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { OutboxEventRow } from '#entities/kernel/outbox-event.entity.js'
import { providerOf, type BillingContext } from '../billing-context.js'
import { syncInvoice } from '../invoices/sync-invoice.js'
import { findInvoiceSubject } from '../invoices/invoice-subject.js'
import type { ProviderName } from '../providers/port.js'

/**
 * Voids the open invoices of an ended subscription, because paying them would grant nothing. An invoice without lines of the catalog, for
 * example for metered usage, stays open. Repeated calls have no effect.
 */
export async function closeEndedSubscription(event: OutboxEventRow, context: BillingContext): Promise<void> {
  const ended = await context.database.row<{ provider: ProviderName; externalId: string }>(
    `select provider, external_id from billing_subscription where (id = $1 or external_id = $1) and status = any($2)
     union all select provider, external_id from product_subscription where (id = $1 or external_id = $1) and status = any($2)`,
    [event.payload['subscriptionId'], TERMINAL_STATUSES],
  )
  if (!ended) return
  const { provider, externalId } = ended
  const port = providerOf(context, provider)
  for (const id of await port.openInvoicesOf(externalId)) {
    const invoice = await port.fetchInvoice(id)
    if (!invoice || !(await findInvoiceSubject(context.database, provider, invoice))) continue
    await port.voidInvoice(id)
    // An invoice that was paid in the meantime becomes a purchase that is returned.
    await syncInvoice(context, provider, id)
  }
}
