import { ArgsType, ID } from 'type-graphql'
import { field, objectType } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'
import { MoneyInput } from '../kernel/money.input.js'
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

@ArgsType()
export class SetOverageThresholdArgs {
  @field(ACCOUNT_ARG, () => ID)
  accountId!: string

  @field(
    'Cost at which use beyond the allowances is invoiced before its window ends, in `AccountUsage.currency`. Null: that of the plan.',
    () => MoneyInput,
    { nullable: true },
  )
  threshold?: MoneyInput | null

  @field('Why, for the audit log.', () => String)
  reason!: string
}
