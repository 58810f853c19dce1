import type { PurchaseRow } from '#entities/billing/purchase.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import type { BillingContext } from './billing-context.js'
import { mailPayer } from './mail-payer.js'
import { receiptNumberOf } from './own-receipt.js'
import { PACK_RECEIPT_MAIL, RECEIPT_MAIL, type PaidBill } from './receipt-mails.js'

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
  const subscription = await subscriptionOf(transaction, purchase)
  await mailPayer(context, transaction, purchase, {
    texts: product.type === 'PACKAGE' && !isOverage ? PACK_RECEIPT_MAIL : RECEIPT_MAIL,
    values: {
      name: product.name,
      quantity,
      paid: { amountMinor, currency },
      taxMinor,
      paidAt: purchase.purchasedAt,
      number: purchase.receiptNumber === null ? null : receiptNumberOf(purchase),
      bill: await billOf(context, transaction, purchase),
      method:
        subscription?.paymentMethod?.label.replace(' ending in ', ' •••• ') ??
        (provider === 'PAYPAL' ? 'PayPal' : null),
      isOverage,
      hasPage: receiptUrl !== null,
    },
    url: receiptUrl ?? undefined,
  })
}

/** The invoice of a payment, with the catalog's name of what recurs, and the provider's words for the rest. */
async function billOf(
  { catalog }: BillingContext,
  { query }: Transaction,
  { accountId, provider, invoiceId }: PurchaseRow,
): Promise<PaidBill | null> {
  if (invoiceId === null) return null
  const invoice = await query
    .selectFrom('invoice')
    .select(['lines', 'taxMinor', 'includedTaxMinor', 'creditMinor'])
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('externalId', '=', invoiceId)
    .executeTakeFirst()
  if (!invoice || invoice.lines.length === 0) return null
  const { lines, taxMinor, includedTaxMinor, creditMinor } = invoice
  const prices = await query
    .selectFrom('provider_price')
    .select(['externalId', 'priceId'])
    .where('provider', '=', provider)
    .where('externalId', 'in', [...lines.flatMap(({ priceExternalId }) => priceExternalId ?? []), ''])
    .execute()
  const { priceById, productById } = catalog.current()
  const nameOf = (externalId: string | null) => {
    const price = priceById.get(prices.find((each) => each.externalId === externalId)?.priceId ?? '')
    return productById.get(price?.productId ?? '')?.name
  }
  const { periodStart, periodEnd } = lines[0]!
  return {
    lines: lines.map(({ kind, description, priceExternalId, quantity, amountMinor }) => {
      const name = kind === 'RECURRING' ? nameOf(priceExternalId) : undefined
      return { name: name ?? description, quantity: name ? (quantity ?? 1) : 1, amountMinor }
    }),
    discountMinor: lines.reduce((sum, { discountMinor = 0 }) => sum + discountMinor, 0),
    addedTaxMinor: taxMinor - includedTaxMinor,
    creditMinor: Math.max(0, creditMinor),
    period: periodStart && periodEnd ? { start: new Date(periodStart), end: new Date(periodEnd) } : null,
  }
}

const subscriptionOf = ({ query }: Transaction, { accountId, provider, subscriptionId }: PurchaseRow) =>
  query
    .selectFrom('billing_subscription')
    .select('paymentMethod')
    .where('accountId', '=', accountId)
    .where('provider', '=', provider)
    .where('externalId', '=', subscriptionId)
    .executeTakeFirst()
