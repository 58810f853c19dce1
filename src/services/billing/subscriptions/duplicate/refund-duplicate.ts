import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import { objectOfJob, type BillingContext } from '#services/billing/model/billing-context.js'
import { syncInvoice } from '#services/billing/invoices/sync-invoice.js'
import { ProviderRejected } from '#services/billing/providers/provider-errors.js'
import type { ProviderName } from '#services/billing/providers/provider-name.js'
import { accountCurrency } from '#services/billing/model/load-buyer.js'
import { returnPayment } from '#services/billing/model/return-payment.js'
import { endImmediately } from '#services/billing/model/end-immediately.js'

/** Ends a duplicate subscription, and gives its first payment back. Done again, it changes nothing. */
export async function refundDuplicate(due: ScheduledJobRow, context: BillingContext): Promise<void> {
  const { port, externalId } = objectOfJob(context, due)
  const invoiceId = await port.lastInvoiceOf(externalId)
  if (invoiceId) {
    await syncInvoice(context, port, invoiceId)
    await refundOnce(context, due.accountId!, port.provider, invoiceId)
  }
  const key = `surplus:${externalId}`
  try {
    await endImmediately(context, port, {
      accountId: due.accountId!,
      externalId,
      reason: 'duplicate',
      idempotencyKey: key,
    })
  } catch (error) {
    if (!(error instanceof ProviderRejected)) throw error // it has ended already
  }
  context.log.warn({ subscription: externalId, account: due.accountId }, 'duplicate subscription canceled and refunded')
}

async function refundOnce(
  context: BillingContext,
  accountId: string,
  provider: ProviderName,
  invoiceId: string,
): Promise<void> {
  await context.database.transaction(async (transaction) => {
    const purchase = await transaction.query
      .selectFrom('purchase')
      .selectAll()
      .where('accountId', '=', accountId)
      .where('provider', '=', provider)
      .where('invoiceId', '=', invoiceId)
      .executeTakeFirst()
    if (!purchase) return
    await lockAccount(transaction, accountId)
    const currency = await accountCurrency(transaction, accountId)
    const isOther = currency !== null && currency !== purchase.currency
    await returnPayment(context, transaction, purchase, isOther ? 'paid in another currency' : 'paid twice')
  })
}
