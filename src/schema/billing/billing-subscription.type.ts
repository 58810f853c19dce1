import { ID, Int } from 'type-graphql'
import { Plan } from '../catalog/plan.type.js'
import { Price } from '../catalog/price.type.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { Node } from '../kernel/node.type.js'
import { DateTime } from '../kernel/scalars.js'
import { PaymentProvider } from './payment-provider.js'

/** The state of a subscription. */
export const SubscriptionStatus = enumType(
  'SubscriptionStatus',
  'The state of a subscription, as Stripe uses the words.',
  {
    TRIALING: 'In its trial; nothing paid yet.',
    ACTIVE: 'Paid.',
    PAST_DUE: 'A payment failed; rights stay while it is tried again.',
    UNPAID: 'The tries are over; rights have ended, invoices go on.',
    PAUSED: 'The trial ended without a way to pay.',
    INCOMPLETE: 'The first payment is not through yet.',
    INCOMPLETE_EXPIRED: 'The first payment did not come through in time.',
    CANCELED: 'Ended for good.',
  },
)
export type SubscriptionStatus = keyof typeof SubscriptionStatus

/** One line of a subscription. `product` and `package` are added by their resolvers. */
@objectType('One line of a subscription: the plan, or an add-on.')
export class SubscriptionItem {
  readonly __typename?: 'SubscriptionItem'

  @field('The id of this line.', () => ID)
  id!: string

  /** Id of the product that `product` loads. */
  productId!: string

  /** Id of the package that `package` loads; null for the plan's own line. */
  packageId!: string | null

  @field('How many are paid for.', () => Int)
  quantity!: number

  @field('What one of them costs.', () => Price)
  price!: Price

  @field('The end of the period that is paid; null until the provider has said.', () => DateTime, { nullable: true })
  currentPeriodEnd!: Date | null
}

/** A change that waits for the end of the period. */
@objectType('A change of plan that waits for the end of the paid period. It can be taken back until then.')
export class PlannedChange {
  readonly __typename?: 'PlannedChange'

  @field('The plan from then on.', () => Plan)
  plan!: Plan

  @field('What it costs then.', () => Price)
  price!: Price

  @field('How many from then on.', () => Int)
  quantity!: number

  @field('When it takes effect.', () => DateTime)
  effectiveAt!: Date
}

/** A running agreement to pay for a plan. */
@objectType('A running agreement to pay for a plan, and for the add-ons on it.', { implements: Node })
export class BillingSubscription implements Node {
  readonly __typename!: 'BillingSubscription'
  id!: string

  @field('Who takes the money.', () => PaymentProvider)
  provider!: PaymentProvider

  @field('Its state.', () => SubscriptionStatus)
  status!: SubscriptionStatus

  @field('The plan that is paid for.', () => Plan)
  plan!: Plan

  @field('How many of the plan are paid for: the seats of a plan priced per seat, else 1.', () => Int)
  quantity!: number

  @field('Its lines: the plan first, then the add-ons.', () => [SubscriptionItem])
  items!: readonly SubscriptionItem[]

  @field('When the present period began; null before the first.', () => DateTime, { nullable: true })
  currentPeriodStart!: Date | null

  @field('When the present period ends; null before the first.', () => DateTime, { nullable: true })
  currentPeriodEnd!: Date | null

  @field('When the trial ends or ended; null without one.', () => DateTime, { nullable: true })
  trialEnd!: Date | null

  @field('When it will end because it was cancelled; null while it goes on.', () => DateTime, { nullable: true })
  cancelAt!: Date | null

  @field('When the cancellation was asked for; null when it was not.', () => DateTime, { nullable: true })
  canceledAt!: Date | null

  @field('Until when rights stay although an invoice is not paid; null while nothing is owed.', () => DateTime, {
    nullable: true,
  })
  graceUntil!: Date | null

  @field('A change that waits for the end of the period; null without one.', () => PlannedChange, { nullable: true })
  plannedChange!: PlannedChange | null

  @field(
    'Credit for unused time that the latest change gave: a downgrade now, a removed add-on, or the end now. At PayPal it is a refund. Null if the latest change gave none.',
    () => Money,
    { nullable: true },
  )
  unusedTimeCredit!: Money | null

  @field('When it began.', () => DateTime)
  startedAt!: Date
}
