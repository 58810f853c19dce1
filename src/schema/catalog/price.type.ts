import { Int } from 'type-graphql'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'

/** How often a price is paid. */
export const BillingInterval = enumType('BillingInterval', 'How often a price is paid.', {
  ONE_TIME: 'Once.',
  MONTH: 'Every month.',
  YEAR: 'Every year.',
})
export type BillingInterval = keyof typeof BillingInterval

/** What something costs. */
@objectType('What something costs. A price never changes: a new amount is a new price.', { implements: Node })
export class Price implements Node {
  readonly __typename!: 'Price'
  id!: string

  @field('The amount for one interval, and for one unit when `per` is set.', () => Money)
  money!: Money

  @field('How often it is paid.', () => BillingInterval)
  interval!: BillingInterval

  @field('Days before the first payment; 0 without a trial.', () => Int)
  trialDays!: number

  @field('The unit that is counted, as `seat` or `managed_server`; null for a flat price.', () => String, {
    nullable: true,
  })
  per!: string | null
}
