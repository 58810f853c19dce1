import { Int } from 'type-graphql'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'
import { Interval } from './interval.type.js'

export const PriceModel = enumType('PriceModel', 'Rule by which the quantity determines the amount of a price.', {
  FLAT: '`money` is the whole amount.',
  PER_UNIT: '`money` is the amount of each unit, which `per` names.',
})
export type PriceModel = keyof typeof PriceModel

@objectType('An immutable price of a product. A new amount is a new price.', { implements: Node })
export class Price implements Node {
  readonly __typename!: 'Price'
  id!: string

  @field('Rule by which the quantity determines the amount.', () => PriceModel)
  model!: PriceModel

  @field('Amount per interval: of one unit, or the whole amount, as `model` says.', () => Money)
  money!: Money

  @field('Billing interval. Null for what is paid once.', () => Interval, { nullable: true })
  interval!: Interval | null

  @field('Days before the first payment. Zero without a trial.', () => Int)
  trialDays!: number

  @field('Counted unit, for example `seat` or `managed_server`. Null unless `model` is PER_UNIT.', () => String, {
    nullable: true,
  })
  per!: string | null
}
