import { defineEntity, p } from '@mikro-orm/postgresql'
import type { StoredBillingDetails } from '../identity/account.entity.js'
import type { RowOf } from '../row.js'
import { ProductSchema } from '../catalog/product.entity.js'
import type { PurchaseStatus } from './purchase-state.js'
import { ownerKey } from '../owner-key.js'

/** The change of a subscription that a purchase paid for: price and quantity of one of its lines, before and after. */
export interface PurchaseStep {
  /** Null for a line that did not exist before. */
  readonly fromPriceId: string | null
  readonly fromQuantity: number
  readonly toPriceId: string
  readonly toQuantity: number
}

/** Name of an account and its billing details at one time. */
export interface ReceiptBuyer {
  readonly name: string
  /** Null if none were set. */
  readonly details: StoredBillingDetails | null
}

/** One payment for one product, as last read from the provider. A subscription makes one for each invoice that is paid. */
export const PurchaseSchema = defineEntity({
  name: 'Purchase',
  tableName: 'purchase',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    provider: p.text().$type<'STRIPE' | 'PAYPAL'>(),
    productId: () => p.manyToOne(ProductSchema).mapToPk().fieldName('product_id'),
    /** The terms that were bought, when it is a package. */
    packageVersionId: p.text().nullable(),
    /** Checkout of the purchase. Null for a renewal. */
    checkoutId: p.text().nullable(),
    /** The provider's payment. Null if nothing was due. */
    paymentId: p.text().nullable(),
    /** The provider's invoice and subscription, for what recurs. */
    invoiceId: p.text().nullable(),
    subscriptionId: p.text().nullable(),
    status: p.text().$type<PurchaseStatus>(),
    quantity: p.integer().default(1),
    /** True if the payment is for units beyond the allowance of the plan, and not for the plan. */
    overage: p.boolean().default(false),
    /** The money that was received, after discounts and with tax. */
    amountMinor: p.bigint('number'),
    currency: p.text(),
    /** Part of the price that the account's credit at the provider paid. */
    creditMinor: p.bigint('number').default(0),
    /** Part of the purchase that became credit at the provider again, after a downgrade or by a credit note, or that one returned elsewhere. */
    creditedMinor: p.bigint('number').default(0),
    /** The change that it paid for; null for a purchase that pays for a whole period, or once. */
    step: p.json().$type<PurchaseStep | null>().nullable(),
    /** The subscription's lines no longer contain what this purchase paid for, because its money was refunded. */
    reverted: p.boolean().default(false),
    /**
     * Each time that the lines lost what this purchase paid for, and had it again, in turn, with commas: the last payment of the period, and
     * the line before. An interrupted attempt ends with `:begun`. A process of the previous release writes none.
     */
    revertedAfter: p.text().nullable(),
    /** Tax included in the amount. */
    taxMinor: p.bigint('number').default(0),
    /** The provider's page with the receipt. Null if it has none. */
    receiptUrl: p.text().nullable(),
    /** Number of its receipt among those of the account, from 1 on without gaps. Null if the provider writes the receipt, and before the payment. */
    receiptNumber: p.integer().nullable(),
    /** Billing details of the account at the payment, for its receipt. Null with `receiptNumber`, and after the deletion of the account. */
    receiptBuyer: p.json().$type<ReceiptBuyer | null>().nullable(),
    /** Refunds that did not fail. */
    refundedMinor: p.bigint('number').default(0),
    /** Refunds and lost disputes together, never more than the amount. Entitlements depend on it. */
    reversedMinor: p.bigint('number').default(0),
    purchasedAt: p.datetime(),
    /** End of the purchased entitlement. Null if it never expires. */
    expiresAt: p.datetime().nullable(),
    /** The number of the fetch that it shows; only a later one may overwrite it. */
    fence: p.bigint('number'),
    recordedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    {
      name: 'purchase_status',
      expression: `status in ('PENDING', 'PAID', 'PARTIALLY_REFUNDED', 'REFUNDED', 'DISPUTED', 'CHARGED_BACK')`,
    },
    {
      name: 'purchase_amounts',
      expression:
        'amount_minor >= 0 and quantity > 0 and refunded_minor >= 0 and refunded_minor <= amount_minor and reversed_minor >= 0 and reversed_minor <= amount_minor',
    },
    {
      name: 'purchase_credit',
      expression: 'credit_minor >= 0 and credited_minor >= 0 and credited_minor <= amount_minor + credit_minor',
    },
    { name: 'purchase_tax', expression: 'tax_minor >= 0 and tax_minor <= amount_minor' },
  ],
  uniques: [
    { name: 'purchase_payment', properties: ['provider', 'paymentId', 'accountId'] },
    { name: 'purchase_invoice', properties: ['provider', 'invoiceId', 'accountId'] },
    { name: 'purchase_checkout', properties: ['checkoutId', 'accountId'] },
    { name: 'purchase_receipt', properties: ['accountId', 'receiptNumber'] },
  ],
  indexes: [
    { name: 'purchase_account', properties: ['accountId', 'purchasedAt', 'id'] },
    { name: 'purchase_at', properties: ['purchasedAt', 'id'] },
  ],
})

export type PurchaseRow = RowOf<typeof PurchaseSchema>
