import type { RecordInvoicePaymentArgs } from '#schema/billing/invoice-terms.type.js'
import type { InvoiceRow } from '#entities/billing/invoice.entity.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { refused } from '#services/kernel/denials/denial.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { invoicesByIds } from '../model/billing-links.js'
import { providerOf, type BillingContext } from '../model/billing-context.js'
import { providerUnavailable } from '../model/change-denials.js'
import { PROVIDER_NAMES } from '../providers/provider-name.js'
import { ProviderRejected, ProviderUnavailable } from '../providers/provider-errors.js'
import { noteRecordedPayment } from '../invoices/recorded-payment.js'
import { syncInvoice } from '../invoices/sync-invoice.js'
import { syncSubscription } from '../subscriptions/sync-subscription.js'

export type RecordedPayment = { readonly kind: 'recorded'; readonly invoice: InvoiceRow } | Denied

/** Records that an invoice was paid outside the payment provider, for example by a bank transfer. A paid invoice is unchanged. */
export async function recordInvoicePayment(
  context: BillingContext,
  { invoiceId, reason }: RecordInvoicePaymentArgs,
): Promise<RecordedPayment> {
  const invoice = await findInvoice(context, invoiceId)
  await requireAccount(context, invoice.accountId, 'account:read')
  const invalid = validateReason(reason)
  if (invalid) return denied(invalid)
  if (invoice.status === 'PAID') return { kind: 'recorded', invoice }
  const port = providerOf(context, invoice.provider)
  const { invoicing } = port
  if (!invoicing)
    return denied(
      refused(
        'NOT_SUPPORTED_BY_PROVIDER',
        `${PROVIDER_NAMES[invoice.provider]} takes the money of each payment itself, so none can be recorded here.`,
        { field: 'invoiceId' },
      ),
    )
  if (invoice.status !== 'OPEN' && invoice.status !== 'UNCOLLECTIBLE')
    return denied(
      refused(
        'INVALID_PARAMETERS',
        invoice.status === 'DRAFT'
          ? 'The invoice is a draft. Record its payment when it is final.'
          : 'The invoice is void, so nothing is owed.',
        { field: 'invoiceId' },
      ),
    )
  const { principal: actor } = context.caller
  await noteRecordedPayment(context.database, invoice, { actor, reason, amountMinor: invoice.amountDueMinor })
  try {
    await invoicing.markPaid(invoice.externalId)
    await syncInvoice(context, port, invoice.externalId)
    if (invoice.subscriptionId) await syncSubscription(context, port, invoice.subscriptionId)
  } catch (error) {
    if (error instanceof ProviderUnavailable) return denied(providerUnavailable(context))
    if (!(error instanceof ProviderRejected)) throw error
    // The invoice was changed at the provider in the meantime, for example by another operator.
    await syncInvoice(context, port, invoice.externalId)
    const changed = await findInvoice(context, invoiceId)
    if (changed.status === 'PAID') return { kind: 'recorded', invoice: changed }
    return denied(refused('PROVIDER_UNAVAILABLE', `The payment provider does not accept the payment: ${error.message}`))
  }
  return { kind: 'recorded', invoice: await findInvoice(context, invoiceId) }
}

async function findInvoice({ database }: BillingContext, id: string): Promise<InvoiceRow> {
  const [invoice] = await invoicesByIds(database, [id])
  if (!invoice) throw new AppError('NOT_FOUND', 'Invoice not found.')
  return invoice
}
