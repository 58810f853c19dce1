import { sql } from 'kysely'
import type { PaymentPort } from '#services/billing/providers/port.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { addToSales, lockSales } from './money.sql.js'

/**
 * Corrects the amount of a purchase to the received money, and the sales figures that had counted it. For an operator
 * who has reviewed the difference.
 */
export async function correctAmount(context: BillingContext, port: PaymentPort, object: string): Promise<boolean> {
  const [type, id = ''] = object.split(':', 2)
  const received = await receivedFor(port, type === 'invoice', id)
  if (!received) return false
  const column = type === 'invoice' ? 'invoiceId' : 'paymentId'
  const purchaseBy = ({ query }: Sql) =>
    query.selectFrom('purchase').where('provider', '=', port.provider).where(column, '=', id)
  const owner = await purchaseBy(context.database).select('accountId').executeTakeFirst()
  if (!owner) return false
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, owner.accountId)
    // A concurrent count of the purchase ends before, or begins afterward with the corrected amount.
    await transaction.run(lockSales)
    const before = await purchaseBy(transaction).selectAll().executeTakeFirstOrThrow()
    const { amountMinor, creditMinor = before.creditMinor } = received
    await transaction.query
      .updateTable('purchase')
      .set({
        amountMinor,
        creditMinor,
        taxMinor: sql`least(tax_minor, ${amountMinor})`,
        refundedMinor: sql`least(refunded_minor, ${amountMinor})`,
        reversedMinor: sql`least(reversed_minor, ${amountMinor})`,
      })
      .where('id', '=', before.id)
      .execute()
    await transaction.run(addToSales, { purchaseId: before.id, amountMinor: amountMinor - before.amountMinor })
    await recordAccountEvent(transaction, before.accountId, context.clock.now(), {
      type: 'purchase.corrected',
      outbox: true,
      summary: 'The amount of a purchase was corrected to what was received.',
      subject: { __typename: 'Purchase', id: before.id },
      data: {
        purchaseId: before.id,
        beforeMinor: before.amountMinor,
        amountMinor,
        creditMinor,
        currency: before.currency,
      },
    })
    return true
  })
}

async function receivedFor(
  port: PaymentPort,
  isInvoice: boolean,
  id: string,
): Promise<{ amountMinor: number; creditMinor?: number } | null> {
  if (!isInvoice) {
    const payment = await port.fetchPayment(id)
    return payment && { amountMinor: payment.money.amountMinor }
  }
  const invoice = await port.fetchInvoice(id)
  return invoice && { amountMinor: invoice.amountPaidMinor, creditMinor: Math.max(0, invoice.creditMinor) }
}
