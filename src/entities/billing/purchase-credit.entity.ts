import { defineEntity, p } from '@mikro-orm/postgresql'

/** The part of a credit for unused time that came from a purchase. */
export const PurchaseCreditSchema = defineEntity({
  name: 'PurchaseCredit',
  tableName: 'purchase_credit',
  properties: {
    provider: p.text().$type<'STRIPE' | 'PAYPAL'>().primary(),
    /** The provider's invoice, or our subscription change, that gave the credit. */
    invoiceId: p.text().primary(),
    purchaseId: p.text().primary(),
    accountId: p.text().primary(),
    amountMinor: p.bigint('number'),
  },
  checks: [{ name: 'purchase_credit_amount', expression: 'amount_minor > 0' }],
  indexes: [{ name: 'purchase_credit_purchase', properties: ['purchaseId'] }],
})
