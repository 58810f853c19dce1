import { defineEntity, p } from '@mikro-orm/postgresql'
import type { RowOf } from '../row.js'
import { ownerKey } from '../owner-key.js'

/** As Stripe uses them. */
export type InvoiceStatus = 'DRAFT' | 'OPEN' | 'PAID' | 'UNCOLLECTIBLE' | 'VOID'

/** The price of a whole period, a part of one, what was used, or another charge. */
export type InvoiceLineKind = 'RECURRING' | 'PRORATION' | 'USAGE' | 'OTHER'

/** One line of an invoice, as the provider worded it. Times are ISO 8601. */
export interface StoredInvoiceLine {
  readonly description: string
  readonly amountMinor: number
  /** Part of the amount that discounts take off. Missing if the line was read by a version that did not store it. */
  readonly discountMinor?: number
  /** Part of the amount after discounts that is tax. Missing if the tax is added to it. */
  readonly includedTaxMinor?: number
  readonly quantity: number | null
  /** Price of the unit as a decimal. Missing if the provider states none, or if the line was read by a version that did not store it. */
  readonly unitPrice?: string
  readonly proration: boolean
  /** Missing if the line was read by a version that did not store it. */
  readonly kind?: InvoiceLineKind
  readonly periodStart: string | null
  readonly periodEnd: string | null
  /** The provider's price; null for a line without one. */
  readonly priceExternalId: string | null
}

/** Reason of the seller for a credit note, as Stripe names it. */
export type CreditNoteReason = 'DUPLICATE' | 'FRAUDULENT' | 'ORDER_CHANGE' | 'PRODUCT_UNSATISFACTORY'

/** A credit note that the seller issued for an invoice. The time is ISO 8601. */
export interface StoredCreditNote {
  readonly externalId: string
  readonly number: string
  readonly at: string
  /** Credited amount with tax: the sum of the parts. */
  readonly totalMinor: number
  readonly taxMinor: number
  /** Part that reduced what was left to pay. */
  readonly prePaymentMinor: number
  readonly refundedMinor: number
  /** Part that became credit of the account. */
  readonly creditedMinor: number
  /** Part that was returned outside the provider. */
  readonly elsewhereMinor: number
  /** Missing if the seller stated none, or if the note was read by a version that did not store it. */
  readonly reason?: CreditNoteReason
  /** Missing if the account was deleted, or if the note was read by a version that did not store it. */
  readonly pdfUrl?: string
}

/** Payment of an invoice outside the provider, as an operator records it. */
export interface RecordedPayment {
  readonly actor: string
  readonly reason: string
  readonly amountMinor: number
}

/** An invoice as last read from the provider. Only a fetch begun later may overwrite it (`fence`). */
export const InvoiceSchema = defineEntity({
  name: 'Invoice',
  tableName: 'invoice',
  properties: {
    id: p.text().primary(),
    accountId: ownerKey,
    provider: p.text().$type<'STRIPE' | 'PAYPAL'>(),
    externalId: p.text(),
    subscriptionId: p.text().nullable(),
    number: p.text().nullable(),
    status: p.text().$type<InvoiceStatus>(),
    totalMinor: p.bigint('number'),
    /** Part of the total that the account's credit paid; below zero: what the invoice added to that credit. */
    creditMinor: p.bigint('number').default(0),
    /** Tax included in the total. */
    taxMinor: p.bigint('number').default(0),
    /** Part of the tax that the amounts of the lines contain. The rest was added to them. */
    includedTaxMinor: p.bigint('number').default(0),
    /** Amount left to pay, after credit and payments. */
    amountDueMinor: p.bigint('number').default(0),
    /** Money received for it. */
    amountPaidMinor: p.bigint('number').default(0),
    /** Due date, otherwise the next automatic attempt. Null if neither is planned. */
    dueAt: p.datetime().nullable(),
    /** True for one that the customer pays until its due date, and that is not charged. */
    isSent: p.boolean().default(false),
    /** True if it was paid outside the provider, which has no payment of it. */
    isPaidElsewhere: p.boolean().default(false),
    /** Payment elsewhere that an operator records, until the provider has it. Null without one. */
    recordedPayment: p.json().$type<RecordedPayment | null>().nullable(),
    /** True if its subscription lost what the invoice charges, because the invoice was voided or written off. */
    reverted: p.boolean().default(false),
    /**
     * Each time that the lines lost what the invoice charges, and had it again, in turn, with commas: the last payment of the period, and
     * the line before. An interrupted attempt ends with `:begun`. A process of the previous release writes none.
     */
    revertedAfter: p.text().nullable(),
    currency: p.text(),
    createdAt: p.datetime(),
    /** Null while it is not paid. */
    paidAt: p.datetime().nullable(),
    hostedUrl: p.text().nullable(),
    pdfUrl: p.text().nullable(),
    /** The credit notes that are not void, oldest first. */
    creditNotes: p.json().$type<readonly StoredCreditNote[]>().defaultRaw(`'[]'`),
    lines: p.json().$type<StoredInvoiceLine[]>(),
    fence: p.bigint('number'),
    recordedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'invoice_status', expression: `status in ('DRAFT', 'OPEN', 'PAID', 'UNCOLLECTIBLE', 'VOID')` }],
  uniques: [{ name: 'invoice_external', properties: ['provider', 'externalId', 'accountId'] }],
  indexes: [
    { name: 'invoice_account', properties: ['accountId', 'createdAt', 'id'] },
    { name: 'invoice_number', properties: ['number'] },
  ],
})

export type InvoiceRow = RowOf<typeof InvoiceSchema>
