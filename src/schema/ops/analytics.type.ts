import { Int } from 'type-graphql'
import { Package } from '../catalog/package.type.js'
import { Feature } from '../catalog/feature.type.js'
import { Plan } from '../catalog/plan.type.js'
import { connection } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { CurrencyCode, DateTime, SafeInt } from '../kernel/scalars.js'
import { Product } from '../marketplace/product.type.js'

/** How a product did in one currency. */
@objectType('How a product did in one currency. Currencies are never summed.')
export class PackagePerformance {
  readonly __typename!: 'PackagePerformance'

  @field('What was sold: a plan, a package or a template.', () => Product)
  product!: Product

  @field('The currency of all amounts beside it.', () => CurrencyCode)
  currency!: string

  @field('Payments that arrived, each renewal one of its own, also those that were given back since.', () => Int)
  purchases!: number

  @field('What came in and was not taken back, counted for the moment of its purchase.', () => Money)
  revenue!: Money

  @field('What came in, before anything was taken back.', () => Money)
  gross!: Money

  @field('Refunds of these purchases, and what banks took back of them.', () => Money)
  takenBack!: Money

  @field('Revenue of a purchase, to the nearest minor unit.', () => Money)
  average!: Money

  @field(
    'How much more (or less) the thirty days before `to` brought than the thirty before them: 0.5 is half as much again. Null when those brought nothing.',
    () => Number,
    { nullable: true },
  )
  trend30Days!: number | null

  @field(
    'Of the checkouts that were begun, the share that was paid, from 0 to 1; null when none was begun. Renewals have no checkout.',
    () => Number,
    { nullable: true },
  )
  conversionRate!: number | null
}

/** A credit pack and how often it was bought. */
@objectType('A credit pack and how often it was bought.')
export class PackPopularity {
  readonly __typename!: 'PackPopularity'

  @field('The pack.', () => Package)
  package!: Package

  @field('How many payments arrived for it, in any currency.', () => Int)
  purchases!: number
}

/** Use of a feature by the accounts of a plan. */
@objectType('Use of a feature by the accounts of a plan.')
export class PlanUsage {
  readonly __typename!: 'PlanUsage'

  @field('The plan that the accounts had when they used it.', () => Plan)
  plan!: Plan

  @field('What was used.', () => Feature)
  feature!: Feature

  @field('How many units, of the allowance and of packs.', () => SafeInt)
  used!: number
}

/** How credits are bought and used. */
@objectType('How credits are bought and used.')
export class CreditAnalytics {
  readonly __typename!: 'CreditAnalytics'

  @field('Credit packs that were bought, the most popular first.', () => [PackPopularity])
  popularPacks!: PackPopularity[]

  @field('Of the credits whose time ended, the share that ended unused, from 0 to 1; 0 when none ended.', () => Number)
  expiryRate!: number

  @field('Credits whose time ended, without those that were taken back.', () => SafeInt)
  ended!: number

  @field('How many of them ended unused.', () => SafeInt)
  expired!: number

  @field('Units that were used, by feature and plan.', () => [PlanUsage])
  usageByPlan!: PlanUsage[]
}

/** How many subscribers were lost. */
@objectType('How many subscribers were lost.')
export class Churn {
  readonly __typename!: 'Churn'

  @field('Accounts that held a plan by a paid subscription at the beginning.', () => Int)
  startCount!: number

  @field('How many of them held none at the end.', () => Int)
  lost!: number

  @field('Lost of those at the start, from 0 to 1; 0 when there was nobody.', () => Number)
  rate!: number

  @field('The beginning.', () => DateTime)
  from!: Date

  @field('The end: now, at the latest.', () => DateTime)
  to!: Date

  @field('What these numbers say, exactly.', () => String)
  definition!: string
}

/** By what revenue is gathered. */
export const RevenueInterval = enumType('RevenueInterval', 'By what revenue is gathered, in UTC.', {
  DAY: 'By days.',
  MONTH: 'By calendar months.',
})
export type RevenueInterval = keyof typeof RevenueInterval

/** Revenue of a day or month in one currency. */
@objectType('Revenue of a day or month in one currency.')
export class RevenuePoint {
  readonly __typename!: 'RevenuePoint'

  @field('Where the day or month begins.', () => DateTime)
  from!: Date

  @field('Where it ends.', () => DateTime)
  to!: Date

  @field('The currency.', () => CurrencyCode)
  currency!: string

  @field('Payments that arrived.', () => Int)
  purchases!: number

  @field('What came in and was not taken back since.', () => Money)
  revenue!: Money

  @field('What came in.', () => Money)
  gross!: Money

  @field('What of it was taken back, whenever that was.', () => Money)
  takenBack!: Money
}

/** What an account was granted of one kind of credits. */
@objectType('What an account was granted of one kind of credits, and what became of it.')
export class UserCreditSummary {
  readonly __typename!: 'UserCreditSummary'

  /** Id of the account that `account` loads. */
  accountId!: string

  @field('The kind of credits.', () => Feature)
  feature!: Feature

  @field('All that was ever granted.', () => SafeInt)
  granted!: number

  @field('What was used of it.', () => SafeInt)
  used!: number

  @field('What is held by reservations.', () => SafeInt)
  reserved!: number

  @field('What ended unused.', () => SafeInt)
  expired!: number

  @field('What was taken back.', () => SafeInt)
  revoked!: number

  @field('What can be used now.', () => SafeInt)
  remaining!: number

  @field('When some of what remains ends next; null: it does not.', () => DateTime, { nullable: true })
  nextExpiry!: Date | null
}

/** A page of credit summaries. */
export const UserCreditSummaryConnection = connection('UserCreditSummary', 'credit summaries', () => UserCreditSummary)
export type UserCreditSummaryConnection = InstanceType<typeof UserCreditSummaryConnection>
