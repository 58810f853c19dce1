import { ID, Int } from 'type-graphql'
import { BillingInterval } from '../catalog/price.type.js'
import { Entitlement, EntitlementPreview } from '../entitlements/entitlement.type.js'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG, IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { Money } from '../kernel/money.type.js'
import { RateLimited } from '../kernel/rate-limited.type.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime, Url } from '../kernel/scalars.js'
import { BillingSubscription } from './billing-subscription.type.js'
import { UnusedTimePolicy } from './cancellation-preview.type.js'
import { ChangeTime } from './change-time.js'
import { SubscriptionConflict } from './subscription-conflict.type.js'
import { InvoiceLine } from './invoice.type.js'

@inputType('Change of plan, interval or quantity to preview.')
export class PreviewPlanChangeInput {
  @field(ACCOUNT_ARG, () => ID, {
    nullable: true,
  })
  accountId?: string | null

  @field('Code of the plan. Pass the current plan to change only the interval or quantity.', () => String)
  plan!: string

  @field('Billing interval. Default: unchanged.', () => BillingInterval, { nullable: true })
  interval?: BillingInterval | null

  @field('Quantity for a plan priced per unit. Default: unchanged.', () => Int, { nullable: true })
  quantity?: number | null

  @field('Effective time. Default: upgrades now, downgrades at period end; in a trial always now.', () => ChangeTime, {
    nullable: true,
  })
  at?: ChangeTime | null

  @field(
    'ID of a negotiated plan of the account. Its price, interval and quantity apply instead of those of this input.',
    () => ID,
    { nullable: true },
  )
  negotiatedPlanId?: string | null

  @field(
    'Promotion code to redeem when the change takes effect. The subscription can have one code at a time.',
    () => String,
    { nullable: true },
  )
  promotionCode?: string | null
}

/** A change of plan. */
@inputType('New plan, interval or quantity of a subscription.')
export class ChangePlanInput extends PreviewPlanChangeInput {
  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

/** A change of plan was accepted. */
@objectType(
  "An accepted change of plan. A change that needs the buyer's confirmation has an `actionUrl` and takes effect once confirmed.",
)
export class PlanChanged {
  readonly __typename!: 'PlanChanged'

  @field('Current state of the subscription.', () => BillingSubscription)
  subscription!: BillingSubscription

  @field('Time the change takes effect (business clock).', () => DateTime)
  effectiveAt!: Date

  @field('Page where the buyer confirms the payment (3-D Secure). Null if no confirmation is needed.', () => Url, {
    nullable: true,
  })
  actionUrl!: string | null

  @field('Credit for unused time from the change. Null if none, or if the change is not in effect yet.', () => Money, {
    nullable: true,
  })
  credit!: Money | null
}

@objectType('Cost and effect of a change. Nothing is changed.')
export class PlanChangePreview {
  readonly __typename!: 'PlanChangePreview'

  @field('Amount due now, as calculated by the provider. Zero for a change at period end.', () => Money)
  dueNow!: Money

  @field('Credit for unused time from the change. Zero if none.', () => Money)
  credit!: Money

  @field('Catalog policy that determines the credit.', () => UnusedTimePolicy)
  unusedTime!: UnusedTimePolicy

  @field('Line items of the next affected invoice. Credit for unused time comes first, as negative amounts.', () => [
    InvoiceLine,
  ])
  lines!: readonly InvoiceLine[]

  @field('First regular amount after the change. Null if there is none.', () => Money, { nullable: true })
  nextAmount!: Money | null

  @field('Date of that payment (business clock). Null if there is none.', () => DateTime, { nullable: true })
  nextDate!: Date | null

  @field('Time the change would take effect (business clock).', () => DateTime)
  effectiveAt!: Date

  @field(
    'Whether a new period begins with the change and is charged in full, after the credit: for another interval, at the end of a trial, and for higher terms after lower ones in the same period. The windows of quotas stay as they are.',
    () => Boolean,
  )
  beginsPeriod!: boolean

  @field('Current entitlements.', () => [Entitlement])
  entitlementsBefore!: readonly Entitlement[]

  @field('Entitlements after the change, with current usage.', () => [EntitlementPreview])
  entitlementsAfter!: readonly EntitlementPreview[]
}

export const ChangePlanResult = unionType('ChangePlanResult', 'The accepted change, or a denial.', () => [
  PlanChanged,
  SubscriptionConflict,
  RateLimited,
  Refused,
])
export type ChangePlanResult = PlanChanged | SubscriptionConflict | RateLimited | Refused

export const PreviewPlanChangeResult = unionType('PreviewPlanChangeResult', 'The preview, or a denial.', () => [
  PlanChangePreview,
  SubscriptionConflict,
  Refused,
])
export type PreviewPlanChangeResult = PlanChangePreview | SubscriptionConflict | Refused
