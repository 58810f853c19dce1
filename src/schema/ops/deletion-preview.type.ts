import { field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { DateTime } from '../kernel/scalars.js'

/** Use of an account that is not charged yet. */
@objectType('Use beyond an allowance that is not charged yet.')
export class OpenCharge {
  readonly __typename!: 'OpenCharge'

  @field('Text of the line of the invoice.', () => String)
  description!: string

  @field('Cost of the units that are not invoiced yet.', () => Money)
  cost!: Money

  @field('End of the window, after which it is charged (business clock).', () => DateTime)
  chargedAt!: Date
}

/** Costs of the deletion of an account. */
@objectType('Costs of the deletion of an account, if it were requested now.')
export class AccountDeletionPreview {
  readonly __typename!: 'AccountDeletionPreview'

  @field(
    'Credit at the payment provider that ends with the account and is not paid out. Null if there is none, or if the provider does not respond.',
    () => Money,
    { nullable: true },
  )
  lostCredit!: Money | null

  @field('Use that is charged before the deletion. The deletion is postponed until then.', () => [OpenCharge])
  openCharges!: OpenCharge[]
}
