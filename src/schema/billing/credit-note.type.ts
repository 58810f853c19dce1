import { enumType, field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { personal } from '../kernel/personal.js'
import { DateTime, Url } from '../kernel/scalars.js'

export const CreditNoteReason = enumType('CreditNoteReason', 'Reason of the seller for a credit note.', {
  DUPLICATE: 'The invoice charges something a second time.',
  FRAUDULENT: 'The purchase was not made by the customer.',
  ORDER_CHANGE: 'The order was changed.',
  PRODUCT_UNSATISFACTORY: 'The customer is not satisfied.',
})
export type CreditNoteReason = keyof typeof CreditNoteReason

@objectType(
  'A credit note that the seller issued for an invoice. `money` is the sum of `reducedDue`, `refunded`, `credited` and `returnedElsewhere`.',
)
export class CreditNote {
  readonly __typename!: 'CreditNote'

  @field('Number of the credit note at the provider.', () => String)
  number!: string

  @field('Credited amount, including tax.', () => Money)
  money!: Money

  @field('Tax included in the credited amount. Zero if none.', () => Money)
  tax!: Money

  @field('Reason of the seller. Null if the seller stated none.', () => CreditNoteReason, { nullable: true })
  reason!: CreditNoteReason | null

  @field('Part that reduced what was left to pay of the invoice. Null if none.', () => Money, { nullable: true })
  reducedDue!: Money | null

  @field('Part that was refunded to the payment method. Null if none.', () => Money, { nullable: true })
  refunded!: Money | null

  @field("Part that became the account's credit, which pays later invoices. Null if none.", () => Money, {
    nullable: true,
  })
  credited!: Money | null

  @field('Part that was returned outside the provider. Null if none.', () => Money, { nullable: true })
  returnedElsewhere!: Money | null

  @field('PDF of the credit note. Null if none.', () => Url, { nullable: true })
  @personal('hidden')
  pdfUrl!: string | null

  @field('Time at which it was issued (business clock).', () => DateTime)
  createdAt!: Date
}
