import { Keyed } from '../kernel/mutation-arguments.js'
import { payloadType, previewType } from '../kernel/payload.js'
import { ID, Int } from 'type-graphql'
import { IntervalInput } from '../catalog/interval.type.js'
import { Entitlement, EntitlementPreview } from '../entitlements/entitlement.type.js'
import { field, inputType } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'
import { Money } from '../kernel/money.type.js'
import { DateTime, Url } from '../kernel/scalars.js'
import { BillingSubscription } from './billing-subscription.type.js'
import { UnusedTimePolicy } from './cancellation-preview.type.js'
import { ChangeTime } from './change-time.js'
import { InvoiceLine } from './invoice.type.js'

@inputType('New plan, interval or quantity of a subscription.')
export class ChangePlanInput extends Keyed {
  @field(ACCOUNT_ARG, () => ID, {
    nullable: true,
  })
  accountId?: string | null

  @field('Code of the plan. Pass the current plan to change only the interval or quantity.', () => String)
  plan!: string

  @field('Billing interval. Default: unchanged.', () => IntervalInput, {
    nullable: true,
  })
  interval?: IntervalInput | null

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

/** The change without its key, as for a preview. */
export type PlanChangeTerms = Omit<ChangePlanInput, keyof Keyed>

@previewType('Cost and effect of a change. Nothing is changed.')
export class PlanChangePreview {
  @field('Amount due now, as calculated by the provider. Zero for a change at period end.', () => Money, {
    nullable: true,
  })
  dueNow!: Money | null

  @field('Credit for unused time from the change. Zero if none.', () => Money, { nullable: true })
  credit!: Money | null

  @field('Catalog policy that determines the credit.', () => UnusedTimePolicy, { nullable: true })
  unusedTime!: UnusedTimePolicy | null

  @field(
    'Line items of the invoice that the change creates, or of the first one after a change at the period end. Credit for unused time comes first, as negative amounts.',
    () => [InvoiceLine],
    { nullable: true },
  )
  lines!: readonly InvoiceLine[] | null

  @field('First regular amount after the change, with discounts and tax. Null if there is none.', () => Money, {
    nullable: true,
  })
  nextAmount!: Money | null

  @field('Date of that payment (business clock). Null if there is none.', () => DateTime, { nullable: true })
  nextDate!: Date | null

  @field('Time the change would take effect (business clock).', () => DateTime, { nullable: true })
  effectiveAt!: Date | null

  @field(
    'Whether a new period begins with the change and is charged in full, after the credit: for another interval, at the end of a trial, and for higher terms after lower ones in the same period. Windows of billing periods begin with it, and those of the calendar continue with what is used.',
    () => Boolean,
    { nullable: true },
  )
  beginsPeriod!: boolean | null

  @field('Current entitlements.', () => [Entitlement], { nullable: true })
  entitlementsBefore!: readonly Entitlement[] | null

  @field(
    'Entitlements after the change, with current usage. What a change within a paid period adds to a quota is in proportion to its money.',
    () => [EntitlementPreview],
    { nullable: true },
  )
  entitlementsAfter!: readonly EntitlementPreview[] | null
}

@payloadType(
  'An accepted change of plan. A change that a buyer has to confirm has an `actionUrl` and takes effect once confirmed.',
)
export class PlanChangePayload {
  @field('Current state of the subscription.', () => BillingSubscription, { nullable: true })
  subscription!: BillingSubscription | null

  @field('Time the change takes effect (business clock).', () => DateTime, { nullable: true })
  effectiveAt!: Date | null

  @field('Page where the buyer confirms the payment (3-D Secure). Null if no confirmation is needed.', () => Url, {
    nullable: true,
  })
  actionUrl!: string | null

  @field('Credit for unused time from the change. Null if none, or if the change is not in effect yet.', () => Money, {
    nullable: true,
  })
  credit!: Money | null
}
