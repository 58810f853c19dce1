import { Int } from 'type-graphql'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'

export const BillingInterval = enumType('BillingInterval', 'Billing interval of a price.', {
  ONE_TIME: 'Paid once, without renewal.',
  MONTH: 'Billed every month.',
  YEAR: 'Billed every year.',
})
export type BillingInterval = keyof typeof BillingInterval

@objectType('An immutable price of a product. A new amount is a new price.', { implements: Node })
export class Price implements Node {
  readonly __typename!: 'Price'
  id!: string

  @field('Amount per interval, and per unit if `per` is set.', () => Money)
  money!: Money

  @field('Billing interval.', () => BillingInterval)
  interval!: BillingInterval

  @field('Days before the first payment. Zero without a trial.', () => Int)
  trialDays!: number

  @field('Counted unit, for example `seat` or `managed_server`. Null for a flat price.', () => String, {
    nullable: true,
  })
  per!: string | null
}
