import { Int } from 'type-graphql'
import { field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'
import { Interval } from './interval.type.js'

@objectType('An immutable price of a product. A new amount is a new price.', { implements: Node })
export class Price implements Node {
  readonly __typename!: 'Price'
  id!: string

  @field('Amount per interval, and per unit if `per` is set.', () => Money)
  money!: Money

  @field('Billing interval. Null for what is paid once.', () => Interval, { nullable: true })
  interval!: Interval | null

  @field('Days before the first payment. Zero without a trial.', () => Int)
  trialDays!: number

  @field('Counted unit, for example `seat` or `managed_server`. Null for a flat price.', () => String, {
    nullable: true,
  })
  per!: string | null
}
