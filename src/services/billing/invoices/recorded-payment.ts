import type { InvoiceRow, RecordedPayment } from '#entities/billing/invoice.entity.js'
import { recordChange } from '#services/kernel/audit/audit.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { FetchedInvoice } from '../providers/payments-port.js'

/** Notes that an operator records a payment elsewhere, before it is sent to the provider. Null: the provider does not accept it. */
export async function noteRecordedPayment(
  { query }: Sql,
  { accountId, id }: Pick<InvoiceRow, 'accountId' | 'id'>,
  payment: RecordedPayment | null,
): Promise<void> {
  await query
    .updateTable('invoice')
    .set({ recordedPayment: payment && jsonb(payment) })
    .where('accountId', '=', accountId)
    .where('id', '=', id)
    .where('status', '<>', 'PAID')
    .execute()
}

/**
 * Writes the audit entry of a recorded payment when the invoice is first read as paid. That is also after a crash between the provider's response
 * and this. The caller holds the account's lock.
 */
export async function auditRecordedPayment(
  transaction: Transaction,
  accountId: string,
  { externalId, status, paymentId }: Pick<FetchedInvoice, 'externalId' | 'status' | 'paymentId'>,
): Promise<void> {
  if (status !== 'PAID') return
  const invoice = await transaction.query
    .selectFrom('invoice')
    .select(['id', 'number', 'currency', 'recordedPayment'])
    .where('accountId', '=', accountId)
    .where('externalId', '=', externalId)
    .where('recordedPayment', 'is not', null)
    .executeTakeFirst()
  if (!invoice?.recordedPayment) return
  const { id, number, currency } = invoice
  await transaction.query
    .updateTable('invoice')
    .set({ recordedPayment: null })
    .where('accountId', '=', accountId)
    .where('id', '=', id)
    .execute()
  // The customer has paid at the provider in the meantime.
  if (paymentId !== null) return
  const { actor, ...details } = invoice.recordedPayment
  await recordChange(transaction, {
    accountId,
    actor,
    action: 'invoice.payment_recorded',
    object: id,
    details: { number, currency, ...details },
  })
}
