import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { PaymentPort } from '#services/billing/providers/port.js'
import { lockAccount, recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { OpsContext } from '#services/ops/ops-context.js'

/**
 * Corrects the amount of a purchase to the received money, and the sales figures that had counted it. For an operator
 * who has reviewed the difference.
 */
export async function correctAmount(context: OpsContext, port: PaymentPort, object: string): Promise<boolean> {
  const [type, id = ''] = object.split(':', 2)
  const received = await receivedFor(port, type === 'invoice', id)
  if (!received) return false
  const column = type === 'invoice' ? 'invoice_id' : 'payment_id'
  const owner = await context.database.row<{ accountId: string }>(
    `select account_id from purchase where provider = $1 and ${column} = $2`,
    [port.provider, id],
  )
  if (!owner) return false
  return context.database.transaction(async (transaction) => {
    await lockAccount(transaction, owner.accountId)
    const before = (await transaction.row<PurchaseRow>(
      `select * from purchase where provider = $1 and ${column} = $2`,
      [port.provider, id],
    ))!
    const { amountMinor, creditMinor = before.creditMinor } = received
    await transaction.run(
      `update purchase set amount_minor = $2, credit_minor = $3, tax_minor = least(tax_minor, $2),
         refunded_minor = least(refunded_minor, $2), reversed_minor = least(reversed_minor, $2) where id = $1`,
      [before.id, amountMinor, creditMinor],
    )
    await transaction.run(
      `update sales_daily d set gross_minor = d.gross_minor + $2 from purchase p join counted_purchase t on t.purchase_id = p.id
       where p.id = $1 and d.day = (p.purchased_at at time zone 'UTC')::date and d.product_id = p.product_id and d.currency = p.currency`,
      [before.id, amountMinor - before.amountMinor],
    )
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
