import { enumType, field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { DateTime } from '../kernel/scalars.js'
import { InvoiceLine } from './invoice.type.js'

export const NoUpcomingInvoiceReason = enumType(
  'NoUpcomingInvoiceReason',
  'Reason why a subscription has no upcoming invoice.',
  {
    ENDED: 'The subscription has ended.',
    ENDS_FIRST: 'A scheduled cancellation takes effect before the next payment.',
    PAUSED: 'The subscription is paused. It is billed again after `resumeSubscription`.',
    INCOMPLETE: 'The first payment is not complete yet.',
    NOT_PLANNED: 'The provider plans no further payment.',
  },
)
export type NoUpcomingInvoiceReason = keyof typeof NoUpcomingInvoiceReason

/** An invoice that does not exist yet. */
@objectType(
  'The next invoice of a subscription as it would be now. Usage and changes until then alter it. PayPal has no preview: there it is the next payment date with the price of the plan.',
)
export class UpcomingInvoice {
  readonly __typename?: 'UpcomingInvoice'

  @field('Time the provider writes the invoice (business clock); it is charged within hours.', () => DateTime)
  invoicedAt!: Date

  @field('Total of the line items, after discounts and including tax.', () => Money)
  total!: Money

  @field('Sum of the discounts on the line items, which the total contains. Null if none.', () => Money, {
    nullable: true,
  })
  discount!: Money | null

  @field('Amount that is charged: the total without the part that credit pays.', () => Money)
  amountDue!: Money

  @field('Tax included in the total. Null if the provider does not say.', () => Money, { nullable: true })
  tax!: Money | null

  @field('Line items of the invoice.', () => [InvoiceLine])
  lines!: readonly InvoiceLine[]
}
