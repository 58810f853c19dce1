import { Int } from 'type-graphql'
import { countedConnection, listPage } from '../kernel/connection.js'
import { enumType, field, inputType, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'
import { personal } from '../kernel/personal.js'
import { DateTime, Decimal, Url } from '../kernel/scalars.js'
import { UnitPrice } from '../kernel/unit-price.type.js'
import { CreditNote } from './credit-note.type.js'
import { PaymentProvider } from './payment-provider.js'

export const InvoiceStatus = enumType(
  'InvoiceStatus',
  'Status of an invoice at the provider.',
  {
    DRAFT: 'Still being written; it can change. A renewal begins with a draft, which becomes final within an hour.',
    OPEN: 'Final and waiting for payment.',
    PAID: 'Paid, by money or credit.',
    WRITTEN_OFF: 'Written off. It can still be paid.',
    VOID: 'Canceled; it cannot be paid.',
  },
  { WRITTEN_OFF: 'UNCOLLECTIBLE' },
)
export type InvoiceStatus = (typeof InvoiceStatus)[keyof typeof InvoiceStatus]

export const InvoiceStepKind = enumType('InvoiceStepKind', 'Step from an invoice to its payment.', {
  CREATED: 'The invoice was created.',
  PAYMENT_FAILED: 'An attempt to collect it failed.',
  CONFIRMATION_REQUIRED: 'The bank requires a confirmation of the buyer.',
  ACCESS_ENDED: 'The plan was suspended because the invoice was not paid in time.',
  CREDITED: 'A credit note credited a part of it.',
  PAID: 'It was paid.',
  OVERDUE: 'Its due date passed, and it was not paid.',
  NEXT_ATTEMPT: 'It is collected, or collected again. Planned.',
  DUE: 'It is to be paid by then. Planned.',
  ACCESS_ENDS: 'The plan is suspended unless the invoice is paid before. Planned.',
})
export type InvoiceStepKind = keyof typeof InvoiceStepKind

@objectType('One step from an invoice to its payment.')
export class InvoiceStep {
  readonly __typename?: 'InvoiceStep'

  @field('Kind of the step.', () => InvoiceStepKind)
  kind!: InvoiceStepKind

  @field('Time of the step (business clock).', () => DateTime)
  at!: Date

  @field('Number of the attempt to collect the invoice. Null for other steps.', () => Int, { nullable: true })
  attempt!: number | null

  @field('Credit note of the step. Null for other steps.', () => CreditNote, { nullable: true })
  creditNote!: CreditNote | null

  @field('Whether it is in the future. A payment before it prevents it.', () => Boolean)
  planned!: boolean
}

export const InvoiceLineKind = enumType('InvoiceLineKind', 'Kind of a line item.', {
  RECURRING: 'The price of a plan or add-on for a whole period.',
  PRORATION: 'A charge or credit for a part of a period, after a change.',
  USAGE: 'Units beyond the allowance of a plan, the rest of a minimum, or a period that was used and not paid.',
  OTHER: 'Another charge or credit, for example a top-up.',
})
export type InvoiceLineKind = keyof typeof InvoiceLineKind

@objectType('One line item of an invoice.')
export class InvoiceLine {
  readonly __typename!: 'InvoiceLine'

  @field('Kind of the line.', () => InvoiceLineKind)
  kind!: InvoiceLineKind

  @field('Description from the provider.', () => String)
  description!: string

  @field('Amount of the line before discounts. Negative for credits.', () => Money)
  money!: Money

  @field('Amount that discounts take off the line. Null if none.', () => Money, { nullable: true })
  discount!: Money | null

  @field('Quantity. Null if the line has none.', () => Decimal, { nullable: true })
  quantity!: string | null

  @field('Price of the unit, before discounts. Null if the provider states none.', () => UnitPrice, { nullable: true })
  unitPrice!: UnitPrice | null

  @field('Start of the billed period (business clock). Null if none.', () => DateTime, { nullable: true })
  periodStart!: Date | null

  @field('End of the billed period (business clock). Null if none.', () => DateTime, { nullable: true })
  periodEnd!: Date | null
}

/** A page of lines. */
export const InvoiceLineConnection = listPage('InvoiceLine', 'line items', () => InvoiceLine)
export type InvoiceLineConnection = InstanceType<typeof InvoiceLineConnection>

/** An invoice as last read from the provider. `account`, `subscription`, `purchase` and `lines` are added by their resolvers. */
@objectType('An invoice of a subscription, as last read from the provider.', { implements: Node })
export class Invoice implements Node {
  readonly __typename!: 'Invoice'
  id!: string

  /** Id of the account that `account` loads. */
  accountId!: string

  /** The provider's ids of the invoice and its subscription, by which `purchase` and `subscription` load. */
  externalId!: string
  subscriptionId!: string | null

  @field('Payment provider.', () => PaymentProvider)
  provider!: PaymentProvider

  /** True if `dueAt` is a due date, from which `timeline` names its step. */
  isSent!: boolean

  /** Time of the payment, which is a step of `timeline`. */
  paidAt!: Date | null

  /** Number at the provider, from which `number` is resolved. */
  providerNumber!: string | null

  @field('Status at the provider.', () => InvoiceStatus)
  status!: InvoiceStatus

  @field('Total of the line items, after discounts and including tax.', () => Money)
  total!: Money

  @field('Sum of the discounts on the line items, which the total contains. Null if none.', () => Money, {
    nullable: true,
  })
  discount!: Money | null

  @field(
    "Part of the total paid by the account's credit. Negative if the invoice added credit. Null if neither.",
    () => Money,
    { nullable: true },
  )
  paidByCredit!: Money | null

  @field('Tax included in the total. Zero if none.', () => Money)
  tax!: Money

  @field('Amount left to pay, after credit and payments. Zero if paid or void.', () => Money)
  amountDue!: Money

  @field('Money received for the invoice. Zero before the payment.', () => Money)
  amountPaid!: Money

  @field(
    'Time the payment is due (business clock): the due date, otherwise the next automatic attempt. For a draft, the time at which it becomes final. Null if nothing is due or none is planned.',
    () => DateTime,
    { nullable: true },
  )
  dueAt!: Date | null

  @field('Start of the earliest period that its lines bill (business clock). Null if they bill none.', () => DateTime, {
    nullable: true,
  })
  periodStart!: Date | null

  @field('End of the latest period that its lines bill (business clock). Null if they bill none.', () => DateTime, {
    nullable: true,
  })
  periodEnd!: Date | null

  @field("Provider's page where the open invoice can be paid. Null if nothing can be paid there.", () => Url, {
    nullable: true,
  })
  @personal('hidden')
  paymentUrl!: string | null

  @field('Credit notes that are not void, oldest first, at most 100.', () => [CreditNote])
  creditNotes!: readonly CreditNote[]

  @field('Creation time of the invoice (business clock).', () => DateTime)
  createdAt!: Date

  @field("Provider's page where the invoice can be viewed and paid. Null if none.", () => Url, { nullable: true })
  @personal('hidden')
  url!: string | null

  /** Address of the PDF at the provider, from which `pdfUrl` is resolved. */
  providerPdfUrl!: string | null

  /** All of its lines; `lines` returns a page of them. */
  allLines!: readonly InvoiceLine[]
}

@inputType('Conditions of a list of invoices. An invoice matches if it fulfills all of them.')
export class InvoiceFilter {
  @field('Statuses to return. Default: all.', () => [InvoiceStatus], { nullable: true })
  statuses?: readonly InvoiceStatus[] | null

  @field('Start of the range of creation times, inclusive (business clock). Default: unbounded.', () => DateTime, {
    nullable: true,
  })
  from?: Date | null

  @field('End of the range of creation times, exclusive (business clock). Default: unbounded.', () => DateTime, {
    nullable: true,
  })
  to?: Date | null
}

export const INVOICE_COUNT = 'Number of invoices of the account that match.'

/** A page of invoices. */
export const InvoiceConnection = countedConnection('Invoice', 'invoices', () => Invoice, INVOICE_COUNT)
export type InvoiceConnection = InstanceType<typeof InvoiceConnection>
