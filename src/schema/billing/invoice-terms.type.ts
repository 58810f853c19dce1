import { ArgsType, ID, Int } from 'type-graphql'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { payload } from '../kernel/payload.js'
import { Invoice } from './invoice.type.js'

export const InvoiceAccess = enumType('InvoiceAccess', 'Start of the access to a plan that is paid by invoice.', {
  FROM_START: 'The start of the subscription. An overdue invoice has the grace period of a failed payment.',
  FROM_PAYMENT: 'The payment of the first invoice. Until then the subscription is INCOMPLETE.',
})
export type InvoiceAccess = keyof typeof InvoiceAccess

@objectType(
  'Terms by which an account pays plans by invoice, by a card on the page of the invoice or by a bank transfer.',
)
export class InvoiceTerms {
  readonly __typename?: 'InvoiceTerms'

  @field('Days from an invoice to its due date.', () => Int)
  daysUntilDue!: number

  @field('Start of the access to a new plan.', () => InvoiceAccess)
  access!: InvoiceAccess
}

@ArgsType()
export class RecordInvoicePaymentArgs {
  @field('ID of the invoice.', () => ID)
  invoiceId!: string

  @field('Why, for the audit log: for example the reference of the bank transfer.', () => String)
  reason!: string
}

export const InvoicePayload = payload(Invoice)
