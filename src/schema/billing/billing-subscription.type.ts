import { payload } from '../kernel/payload.js'
import { ID, Int } from 'type-graphql'
import { Plan } from '../catalog/plan.type.js'
import { PlanVersion } from '../catalog/plan-version.type.js'
import { Price } from '../catalog/price.type.js'
import { enumType, field, inputType, objectType } from '../kernel/decorators.js'
import { LISTED_ACCOUNT } from '../kernel/descriptions.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import { Discount } from './discount.type.js'
import { PaymentMethod } from './payment-method.type.js'
import { SubscriptionPause } from './pause.type.js'
import { PaymentProvider } from './payment-provider.js'
/** The state of a subscription. */
export const SubscriptionStatus = enumType(
  'SubscriptionStatus',
  'Status of a subscription.',
  {
    TRIALING: 'In its trial; nothing has been paid yet.',
    ACTIVE: 'Paid and active.',
    PAST_DUE: 'A payment failed and is being retried, or an invoice is overdue. Entitlements stay active.',
    UNPAID: 'Retries are exhausted. Entitlements have ended; invoices continue.',
    PAUSED:
      'Grants nothing until it is paid: the trial ended without a payment method, or a pause outlasts the paid period.',
    INCOMPLETE: 'The first payment is not complete yet.',
    EXPIRED: 'The first payment was not completed in time.',
    CANCELED: 'Ended; it cannot be resumed.',
  },
  { EXPIRED: 'INCOMPLETE_EXPIRED' },
)
export type SubscriptionStatus = (typeof SubscriptionStatus)[keyof typeof SubscriptionStatus]

/** One line of a subscription. `product` and `package` are added by their resolvers. */
@objectType('One item of a subscription: the plan or an add-on.', { implements: Node })
export class SubscriptionItem implements Node {
  readonly __typename!: 'SubscriptionItem'
  id!: string

  /** Id of the product that `product` loads. */
  productId!: string

  /** Id of the package that `package` loads; null for the plan's own line. */
  packageId!: string | null

  @field('Billed quantity.', () => SafeInt)
  quantity!: number

  @field('Unit price of the item.', () => Price)
  price!: Price

  @field('End of the paid period (business clock). Null if not known yet.', () => DateTime, { nullable: true })
  currentPeriodEnd!: Date | null
}

/** A change that waits for the end of the period. */
@objectType('A change scheduled for the end of the paid period. It can be canceled until then.')
export class ScheduledChange {
  readonly __typename?: 'ScheduledChange'

  @field('Plan after the change, in its current version.', () => Plan)
  plan!: Plan

  @field('Version of the plan after the change.', () => PlanVersion)
  planVersion!: PlanVersion

  @field('Price after the change.', () => Price)
  price!: Price

  @field('Quantity after the change.', () => SafeInt)
  quantity!: number

  @field('Time the change takes effect (business clock).', () => DateTime)
  effectiveAt!: Date

  @field('Promotion code that is redeemed when the change takes effect. Null without one.', () => String, {
    nullable: true,
  })
  promotionCode!: string | null
}

/** A running agreement to pay for a plan. `account`, `checkout` and the upcoming invoice are added by their resolvers. */
@objectType('A recurring subscription to a plan, with its add-ons.', { implements: Node })
export class BillingSubscription implements Node {
  readonly __typename!: 'BillingSubscription'
  id!: string

  /** Ids that `account` and `checkout` load. */
  accountId!: string
  checkoutId!: string | null

  @field('Payment provider.', () => PaymentProvider)
  provider!: PaymentProvider

  @field('Payment method that is charged. Null if none is on file.', () => PaymentMethod, { nullable: true })
  paymentMethod!: PaymentMethod | null

  @field('Days in which its invoices are to be paid. Null: they are charged.', () => Int, { nullable: true })
  daysUntilDue!: number | null

  @field('Status of the subscription.', () => SubscriptionStatus)
  status!: SubscriptionStatus

  @field('Subscribed plan, in its current version.', () => Plan)
  plan!: Plan

  @field('Subscribed version of the plan.', () => PlanVersion)
  planVersion!: PlanVersion

  @field('Quantity of the plan: seats if priced per seat, otherwise 1.', () => SafeInt)
  quantity!: number

  @field('Items of the subscription: the plan first, then the add-ons.', () => [SubscriptionItem])
  items!: readonly SubscriptionItem[]

  @field('Discounts on its invoices, as last read from the provider. At PayPal none.', () => [Discount])
  discounts!: readonly Discount[]

  @field('Start of the current period (business clock). Null before the first.', () => DateTime, { nullable: true })
  currentPeriodStart!: Date | null

  @field('End of the current period (business clock). Null before the first.', () => DateTime, { nullable: true })
  currentPeriodEnd!: Date | null

  @field('End of the trial (business clock). Null without a trial.', () => DateTime, { nullable: true })
  trialEndsAt!: Date | null

  @field('Time a scheduled cancellation takes effect (business clock). Null if not scheduled.', () => DateTime, {
    nullable: true,
  })
  cancelAt!: Date | null

  @field('Time the cancellation was requested (business clock). Null if not requested.', () => DateTime, {
    nullable: true,
  })
  canceledAt!: Date | null

  @field(
    'End of the grace period for an unpaid invoice (business clock). Null if nothing is overdue.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  graceEndsAt!: Date | null

  @field(
    'Start of the suspension of its entitlements, while the payment of the running period is disputed (business clock). Null if it is not suspended.',
    () => DateTime,
    { nullable: true },
  )
  suspendedAt!: Date | null

  @field('Pause of its payments. Null without one, and after the payment that follows it.', () => SubscriptionPause, {
    nullable: true,
  })
  pause!: SubscriptionPause | null

  @field('Change scheduled for the end of the period. Null if none.', () => ScheduledChange, { nullable: true })
  scheduledChange!: ScheduledChange | null

  @field(
    'Credit for unused time from the latest change: an immediate downgrade, a removed add-on or an immediate cancellation. At PayPal it is a refund. Null if there was none.',
    () => Money,
    { nullable: true },
  )
  unusedTimeCredit!: Money | null

  @field('Time the subscription started (business clock).', () => DateTime)
  startedAt!: Date
}

@inputType('Conditions of a list of subscriptions. A subscription matches if it fulfills all of them.')
export class SubscriptionFilter {
  @field(LISTED_ACCOUNT, () => ID, { nullable: true })
  account?: string | null

  @field('Statuses to return. Default: all.', () => [SubscriptionStatus], { nullable: true })
  statuses?: readonly SubscriptionStatus[] | null

  @field('Codes of the plans to return. Default: all.', () => [String], { nullable: true })
  plans?: readonly string[] | null

  @field('Providers to return. Default: all.', () => [PaymentProvider], { nullable: true })
  providers?: readonly PaymentProvider[] | null

  @field('Whether the subscriptions are scheduled to end. Default: no condition.', () => Boolean, { nullable: true })
  ending?: boolean | null
}

export const BillingSubscriptionPayload = payload(BillingSubscription, 'subscription')
