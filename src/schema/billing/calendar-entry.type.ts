import { Feature } from '../catalog/feature.type.js'
import { Plan } from '../catalog/plan.type.js'
import { listPage } from '../kernel/connection.js'
import { enumType, field, objectType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'

export const CalendarEntryKind = enumType('CalendarEntryKind', 'Kind of an event of an account at a known time.', {
  RENEWAL: 'The next period of the plan begins. Stripe collects its invoice about an hour later.',
  TRIAL_ENDS: 'The trial of the plan ends.',
  CANCELLATION: 'The subscription ends as requested.',
  PLAN_CHANGE: 'A scheduled change to the plan takes effect.',
  PLAN_STARTS: 'A plan that was agreed on begins.',
  CHECKOUT_EXPIRES: 'The payment page of the plan expires.',
  PAYMENT_ATTEMPT: 'An open invoice is due, or is collected again.',
  PAUSE_BEGINS: 'The last paid period ends, and the pause lasts.',
  PAUSE_ENDS: 'Payments continue, with this one if a new period begins.',
  ACCESS_ENDS: 'The plan is suspended unless its invoice is paid before.',
  COMPED_PLAN_ENDS: 'A complimentary plan ends.',
  CREDITS_EXPIRE: 'Units that are left of a grant expire.',
})
export type CalendarEntryKind = keyof typeof CalendarEntryKind

@objectType('Something that happens to an account at a known time.')
export class CalendarEntry {
  readonly __typename?: 'CalendarEntry'

  @field('Kind of the event.', () => CalendarEntryKind)
  kind!: CalendarEntryKind

  @field('Time at which it happens (business clock).', () => DateTime)
  at!: Date

  @field('Plan that begins, continues or ends. Null if it concerns no plan.', () => Plan, { nullable: true })
  plan!: Plan | null

  @field(
    'Amount: of a renewal before discounts, credit and taxes; of an open invoice what is left to pay. Null for others.',
    () => Money,
    { nullable: true },
  )
  money!: Money | null

  @field('Feature of units that expire. Null for others.', () => Feature, { nullable: true })
  feature!: Feature | null

  @field('Units that expire. Null for others.', () => SafeInt, { nullable: true })
  amount!: number | null
}

/** A page of entries. */
export const CalendarEntryConnection = listPage('CalendarEntry', 'dates of an account', () => CalendarEntry)
export type CalendarEntryConnection = InstanceType<typeof CalendarEntryConnection>
