import { TERMINAL_STATUSES } from '#entities/billing/subscription-state.js'
import type { OutboxEventRow } from '#entities/kernel/outbox-event.entity.js'
import { providerOf, type BillingContext } from '../model/billing-context.js'
import { syncInvoice } from '../invoices/sync-invoice.js'
import { findInvoiceSubject } from '../model/invoice-subject.js'
import { reportOverageOf } from '../overage/report-usage.js'
import { closeUnpaidInvoice } from '../used-part/close-unpaid-invoice.js'

/**
 * Voids the open invoices of an ended subscription, because paying them would grant nothing, and charges the used part of their periods. An
 * invoice without lines of the catalog, for example for metered usage, stays open. Repeated calls have no effect.
 */
export async function closeEndedSubscription(event: OutboxEventRow, context: BillingContext): Promise<void> {
  // Events name a plan's subscription by our ID, and a product's by the provider's ID.
  const id = String(event.payload['subscriptionId'])
  const ended = await context.database.query
    .selectFrom('billing_subscription')
    .select(['id', 'provider', 'externalId', 'accountId', 'accessEndedAt'])
    .where((eb) => eb.or([eb('id', '=', id), eb('externalId', '=', id)]))
    .where('status', 'in', TERMINAL_STATUSES)
    .unionAll((from) =>
      from
        .selectFrom('product_subscription')
        .select((eb) => ['id', 'provider', 'externalId', 'accountId', eb.val<Date | null>(null).as('accessEndedAt')])
        .where((eb) => eb.or([eb('id', '=', id), eb('externalId', '=', id)]))
        .where('status', 'in', TERMINAL_STATUSES),
    )
    .executeTakeFirst()
  if (!ended) return
  const { provider, externalId, accountId } = ended
  const port = providerOf(context, provider)
  for (const id of await port.openInvoicesOf(externalId)) {
    const invoice = await port.fetchInvoice(id)
    if (!invoice || !(await findInvoiceSubject(context.database, { accountId, provider }, invoice))) continue
    await closeUnpaidInvoice(context, port, ended, invoice)
    // An invoice that was paid in the meantime becomes a purchase that is returned.
    await syncInvoice(context, port, id)
  }
  if (port.invoicing) await reportOverageOf(context, port, accountId)
}
