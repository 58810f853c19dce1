import { Package } from '../catalog/package.type.js'
import { Feature } from '../catalog/feature.type.js'
import { Plan } from '../catalog/plan.type.js'
import { listPage } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { FROM } from '../kernel/descriptions.js'
import { Money } from '../kernel/money.type.js'
import { CurrencyCode, DateTime, SafeInt } from '../kernel/scalars.js'
import { Product } from '../marketplace/product.type.js'

@objectType('Sales of one product in one currency.')
export class PackagePerformance {
  readonly __typename!: 'PackagePerformance'

  @field('The plan, package or template sold.', () => Product)
  product!: Product

  @field('Currency of all amounts in this row.', () => CurrencyCode)
  currency!: string

  @field('Number of payments, including renewals and reversed payments.', () => SafeInt)
  purchases!: number

  @field('Payments received minus reversals, by date of purchase.', () => Money)
  revenue!: Money

  @field('Payments received, before reversals.', () => Money)
  gross!: Money

  @field('Refunds and chargebacks of these purchases.', () => Money)
  reversed!: Money

  @field('Revenue per purchase, rounded to the nearest minor unit.', () => Money)
  average!: Money

  @field(
    'Change of revenue in the last 30 days against the 30 days before, as a ratio: 0.5 means +50 %. Null without earlier revenue.',
    () => Number,
    { nullable: true },
  )
  trend30Days!: number | null

  @field('Share of started checkouts that were paid, 0–1. Null without checkouts; renewals have none.', () => Number, {
    nullable: true,
  })
  conversionRate!: number | null
}

/** A page of figures. */
export const PackagePerformanceConnection = listPage(
  'PackagePerformance',
  'figures of products',
  () => PackagePerformance,
)
export type PackagePerformanceConnection = InstanceType<typeof PackagePerformanceConnection>

@objectType('Sales of one credit pack.')
export class PackSales {
  readonly __typename!: 'PackSales'

  @field('The credit pack.', () => Package)
  package!: Package

  @field('Number of payments, in any currency.', () => SafeInt)
  purchases!: number
}

@objectType('Usage of a feature by the accounts of a plan.')
export class PlanUsage {
  readonly __typename!: 'PlanUsage'

  @field('Plan of the accounts at the time of use.', () => Plan)
  plan!: Plan

  @field('The feature used.', () => Feature)
  feature!: Feature

  @field('Units used, from allowance and packs.', () => SafeInt)
  used!: number
}

@objectType('Sales and usage of credits.')
export class CreditAnalytics {
  readonly __typename!: 'CreditAnalytics'

  @field('Sold credit packs, most popular first.', () => [PackSales])
  popularPacks!: PackSales[]

  @field('Share of the credits that reached expiry unused, 0–1.', () => Number)
  expiryRate!: number

  @field('Credits whose expiry date passed in the range, without revoked ones.', () => SafeInt)
  reachedExpiry!: number

  @field('The part of `reachedExpiry` that expired unused.', () => SafeInt)
  expiredUnused!: number

  @field('Units used, by feature and plan.', () => [PlanUsage])
  usageByPlan!: PlanUsage[]
}

@objectType('Share of paying accounts lost in a range.')
export class Churn {
  readonly __typename!: 'Churn'

  @field('Number of accounts that held a plan by a paid subscription at the start.', () => SafeInt)
  startCount!: number

  @field('Number of those accounts without a paid plan at the end.', () => SafeInt)
  lost!: number

  @field('`lost` divided by `startCount`, 0–1. Zero without accounts.', () => Number)
  rate!: number

  @field(FROM, () => DateTime)
  from!: Date

  @field('End of the range, exclusive (business clock). At most now.', () => DateTime)
  to!: Date

  @field('Exact definition of these figures.', () => String)
  definition!: string
}

export const ChurnInterval = enumType('ChurnInterval', 'Points of churn.', {
  RANGE: 'One point for the whole range.',
  MONTH: 'One point per calendar month (UTC). The first and the last may be parts of a month.',
})
export type ChurnInterval = keyof typeof ChurnInterval

export const RevenueInterval = enumType('RevenueInterval', 'Interval of revenue points (UTC).', {
  DAY: 'One point per UTC day.',
  MONTH: 'One point per calendar month (UTC).',
})
export type RevenueInterval = keyof typeof RevenueInterval

@objectType('Revenue of one period in one currency.')
export class RevenuePoint {
  readonly __typename!: 'RevenuePoint'

  @field('Start of the period, inclusive (business clock).', () => DateTime)
  from!: Date

  @field('End of the period, exclusive (business clock).', () => DateTime)
  to!: Date

  @field('Currency of the amounts.', () => CurrencyCode)
  currency!: string

  @field('Number of payments received.', () => SafeInt)
  purchases!: number

  @field('Payments received minus reversals.', () => Money)
  revenue!: Money

  @field('Payments received, before reversals.', () => Money)
  gross!: Money

  @field('Reversals of these payments, whenever they happened.', () => Money)
  reversed!: Money
}

@objectType('Credit totals of one account and feature.')
export class UserCreditSummary {
  readonly __typename!: 'UserCreditSummary'

  /** Id of the account that `account` loads. */
  accountId!: string

  @field('Feature the credits are for.', () => Feature)
  feature!: Feature

  @field('Credits ever granted.', () => SafeInt)
  granted!: number

  @field('Credits used.', () => SafeInt)
  used!: number

  @field('Credits held by reservations.', () => SafeInt)
  reserved!: number

  @field('Credits that expired unused.', () => SafeInt)
  expired!: number

  @field('Credits that were revoked.', () => SafeInt)
  revoked!: number

  @field('Credits that can be used now.', () => SafeInt)
  remaining!: number

  @field('Time the next remaining credits expire (business clock). Null if none expire.', () => DateTime, {
    nullable: true,
  })
  nextExpiry!: Date | null
}

/** A page of credit summaries. */
export const UserCreditSummaryConnection = listPage('UserCreditSummary', 'credit summaries', () => UserCreditSummary)
export type UserCreditSummaryConnection = InstanceType<typeof UserCreditSummaryConnection>
