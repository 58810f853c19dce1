import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { BillingContext } from './billing-context.js'
import { mailPayer } from './mail-payer.js'
import { receiptNumberOf } from './own-receipt.js'
import { PACK_RECEIPT_MAIL, RECEIPT_MAIL } from './receipt-mails.js'

/** Mails the receipt of a payment to who paid, if the catalog has it for the provider. What credit paid alone has none. */
export async function mailReceipt(
  context: BillingContext,
  transaction: Transaction,
  purchase: PurchaseRow,
): Promise<void> {
  const { provider, productId, quantity, amountMinor, currency, taxMinor, overage: isOverage, receiptUrl } = purchase
  const { receiptMails, productById } = context.catalog.current()
  const product = productById.get(productId)
  if (!product || amountMinor === 0 || !receiptMails.includes(provider)) return
  await mailPayer(context, transaction, purchase, {
    texts: product.type === 'PACKAGE' && !isOverage ? PACK_RECEIPT_MAIL : RECEIPT_MAIL,
    values: {
      name: product.name,
      quantity,
      paid: { amountMinor, currency },
      taxMinor,
      paidAt: purchase.purchasedAt,
      number: purchase.receiptNumber === null ? null : receiptNumberOf(purchase),
      isOverage,
      hasPage: receiptUrl !== null,
    },
    url: receiptUrl ?? undefined,
  })
}
