import { isCopied } from './find-invoices.js'
import { syncInvoice } from '#services/billing/invoices/sync-invoice.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import type { ProviderName } from '#services/billing/providers/provider-name.js'
import { syncPayment } from '#services/billing/purchases/sync-payment.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import type { MoneyDifference, MovementDriftKind } from './money-drift.js'

const MOVEMENTS: ReadonlySet<string> = new Set<MovementDriftKind>([
  'missing_refund',
  'missing_reversal',
  'missing_dispute',
])

/** Reads the provider's object again, as its event would have; true if the difference is gone by that. */
export async function healMoney(
  context: BillingContext,
  port: PaymentPort,
  { kind, object, theirs }: Pick<MoneyDifference, 'kind' | 'object' | 'theirs'>,
): Promise<boolean> {
  const [type, id = ''] = object.split(':', 2)
  if (kind === 'missing_purchase') {
    if (type === 'invoice') await syncInvoice(context, port, id)
    else await syncPayment(context, port, id, { kind: 'hint' })
    return isRecorded(context, port.provider, type === 'invoice' ? 'invoiceId' : 'paymentId', id)
  }
  if (kind === 'missing_invoice') {
    await syncInvoice(context, port, id)
    return isCopied(context, port, id)
  }
  const paymentId = (theirs as { paymentId?: string | null } | null)?.paymentId
  if (!MOVEMENTS.has(kind) || !paymentId) return false
  await syncPayment(context, port, paymentId, {
    kind: 'change',
    refundIds: kind === 'missing_dispute' ? [] : [id],
  })
  return true
}

async function isRecorded(
  { database }: BillingContext,
  provider: ProviderName,
  column: 'invoiceId' | 'paymentId',
  id: string,
): Promise<boolean> {
  const purchase = await database.query
    .selectFrom('purchase')
    .select('id')
    .where('provider', '=', provider)
    .where(column, '=', id)
    .executeTakeFirst()
  return purchase !== undefined
}
