import { Int } from 'type-graphql'
import { connection } from '../kernel/connection.js'
import { field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'

/** One line of an invoice. */
@objectType('One line of an invoice.')
export class InvoiceLine {
  readonly __typename!: 'InvoiceLine'

  @field('What is billed, in the words of the provider.', () => String)
  description!: string

  @field('How much; negative for what is credited.', () => Money)
  money!: Money

  @field('How many; null for a line that counts nothing.', () => Int, { nullable: true })
  quantity!: number | null

  @field('Whether it bills or credits a part of a period, after a change.', () => Boolean)
  proration!: boolean

  @field('From when on it bills; null when it is for no period.', () => DateTime, { nullable: true })
  periodStart!: Date | null

  @field('Until when it bills; null when it is for no period.', () => DateTime, { nullable: true })
  periodEnd!: Date | null
}

/** An invoice as last read from the provider. */
@objectType('An invoice of a subscription, as last read from the provider.', { implements: Node })
export class Invoice implements Node {
  readonly __typename!: 'Invoice'
  id!: string

  @field('Its number; null while it is a draft.', () => String, { nullable: true })
  number!: string | null

  @field('`DRAFT`, `OPEN`, `PAID`, `UNCOLLECTIBLE` or `VOID`.', () => String)
  status!: string

  @field('The sum of its lines, after discounts and with tax.', () => Money)
  total!: Money

  @field(
    "Part of the total that the account's credit paid; negative if the invoice added to that credit, null if neither.",
    () => Money,
    { nullable: true },
  )
  paidByCredit!: Money | null

  @field('When it was made.', () => DateTime)
  createdAt!: Date

  @field("The provider's page of it, where it can be paid; null when there is none.", () => String, { nullable: true })
  hostedUrl!: string | null

  @field('It as a PDF; null when there is none.', () => String, { nullable: true })
  pdfUrl!: string | null

  @field('What it bills.', () => [InvoiceLine])
  lines!: InvoiceLine[]
}

/** A page of invoices. */
export const InvoiceConnection = connection('Invoice', 'invoices', () => Invoice)
export type InvoiceConnection = InstanceType<typeof InvoiceConnection>
