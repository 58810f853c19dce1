import { Int } from 'type-graphql'
import { connection } from '../kernel/connection.js'
import { field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'

@objectType('One line item of an invoice.')
export class InvoiceLine {
  readonly __typename!: 'InvoiceLine'

  @field('Description from the provider.', () => String)
  description!: string

  @field('Amount of the line. Negative for credits.', () => Money)
  money!: Money

  @field('Quantity. Null if the line has none.', () => Int, { nullable: true })
  quantity!: number | null

  @field('Whether the line charges or credits part of a period after a change.', () => Boolean)
  proration!: boolean

  @field('Start of the billed period. Null if none.', () => DateTime, { nullable: true })
  periodStart!: Date | null

  @field('End of the billed period. Null if none.', () => DateTime, { nullable: true })
  periodEnd!: Date | null
}

/** An invoice as last read from the provider. */
@objectType('An invoice of a subscription, as last read from the provider.', { implements: Node })
export class Invoice implements Node {
  readonly __typename!: 'Invoice'
  id!: string

  @field('Invoice number. Null for a draft.', () => String, { nullable: true })
  number!: string | null

  @field('Status at the provider: `DRAFT`, `OPEN`, `PAID`, `UNCOLLECTIBLE` or `VOID`.', () => String)
  status!: string

  @field('Total of the line items, after discounts and including tax.', () => Money)
  total!: Money

  @field(
    "Part of the total paid by the account's credit. Negative if the invoice added credit. Null if neither.",
    () => Money,
    { nullable: true },
  )
  paidByCredit!: Money | null

  @field('Creation time of the invoice.', () => DateTime)
  createdAt!: Date

  @field("Provider's page where the invoice can be viewed and paid. Null if none.", () => String, { nullable: true })
  hostedUrl!: string | null

  @field('URL of the PDF. Null if none.', () => String, { nullable: true })
  pdfUrl!: string | null

  @field('Line items of the invoice.', () => [InvoiceLine])
  lines!: InvoiceLine[]
}

/** A page of invoices. */
export const InvoiceConnection = connection('Invoice', 'invoices', () => Invoice)
export type InvoiceConnection = InstanceType<typeof InvoiceConnection>
