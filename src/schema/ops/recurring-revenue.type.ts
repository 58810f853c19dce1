import { Plan } from '../catalog/plan.type.js'
import { field, objectType } from '../kernel/decorators.js'
import { FROM } from '../kernel/descriptions.js'
import { Money } from '../kernel/money.type.js'
import { CurrencyCode, DateTime, SafeInt } from '../kernel/scalars.js'

@objectType('Change of recurring revenue. Decreases are negative.')
export class RecurringMovement {
  readonly __typename!: 'RecurringMovement'

  @field('Change of MRR, rounded once.', () => Money)
  mrr!: Money

  @field('Change of ARR.', () => Money)
  arr!: Money

  @field('Number of accounts.', () => SafeInt)
  accountCount!: number
}

@objectType('Recurring revenue of one period in one currency, and of one plan if requested.')
export class RecurringRevenuePoint {
  readonly __typename!: 'RecurringRevenuePoint'

  @field(FROM, () => DateTime)
  from!: Date

  @field('End of the period, exclusive (business clock). At most now.', () => DateTime)
  to!: Date

  @field('Currency of the amounts.', () => CurrencyCode)
  currency!: string

  @field('Plan of the subscriptions. Null for all plans, and for subscriptions to other products.', () => Plan, {
    nullable: true,
  })
  plan!: Plan | null

  @field('Monthly recurring revenue at the end: ARR divided by twelve, rounded once.', () => Money)
  mrr!: Money

  @field('Annual recurring revenue at the end: list prices of a year of all running subscriptions.', () => Money)
  arr!: Money

  @field('MRR at the start.', () => Money)
  mrrAtStart!: Money

  @field('ARR at the start. With the five movements it sums to `arr`.', () => Money)
  arrAtStart!: Money

  @field('Revenue of accounts that had never paid recurringly before.', () => RecurringMovement)
  new!: RecurringMovement

  @field('Increases of accounts that paid at the start: higher plans, more units, add-ons.', () => RecurringMovement)
  expansion!: RecurringMovement

  @field('Decreases of accounts that still pay at the end.', () => RecurringMovement)
  contraction!: RecurringMovement

  @field('Revenue of accounts that pay nothing any more.', () => RecurringMovement)
  churned!: RecurringMovement

  @field('Revenue of accounts that returned.', () => RecurringMovement)
  reactivated!: RecurringMovement

  @field('Number of paying accounts at the end.', () => SafeInt)
  accountCount!: number

  @field('Average MRR per paying account (ARPU), rounded once. Null without paying accounts.', () => Money, {
    nullable: true,
  })
  arpu!: Money | null

  @field('Exact definition of these figures.', () => String)
  definition!: string
}

@objectType('Outcome of the trials that started in one period.')
export class TrialConversionPoint {
  readonly __typename!: 'TrialConversionPoint'

  @field(FROM, () => DateTime)
  from!: Date

  @field('End of the period, exclusive (business clock). At most now.', () => DateTime)
  to!: Date

  @field('Number of trials that started.', () => SafeInt)
  startedCount!: number

  @field('Number of these trials that a paid subscription followed.', () => SafeInt)
  convertedCount!: number

  @field('Number of these trials that still run.', () => SafeInt)
  runningCount!: number

  @field('Number of these trials that ended without a paid subscription.', () => SafeInt)
  lostCount!: number

  @field('Share of the ended trials that were converted, 0–1. Null if none has ended.', () => Number, {
    nullable: true,
  })
  conversionRate!: number | null
}
