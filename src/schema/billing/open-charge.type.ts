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

  @field(
    'Cost of the units of the same window and price that earlier invoices charge, because it reached a threshold.',
    () => Money,
  )
  invoiced!: Money

  @field('End of the window, after which it is charged (business clock).', () => DateTime)
  chargedAt!: Date
}
