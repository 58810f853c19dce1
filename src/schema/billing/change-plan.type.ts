import { ID, Int } from 'type-graphql'
import { BillingInterval } from '../catalog/price.type.js'
import { Entitlement } from '../entitlements/entitlement.type.js'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { Money } from '../kernel/money.type.js'
import { RateLimited } from '../kernel/rate-limited.type.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime } from '../kernel/scalars.js'
import { BillingSubscription } from './billing-subscription.type.js'
import { UnusedTimePolicy } from './cancellation-preview.type.js'
import { ChangeTime } from './change-time.js'
import { InvoiceLine } from './invoice.type.js'

/** What a change of plan would be. */
@inputType('Another plan, interval or quantity, to be looked at before it is asked for.')
export class PreviewPlanChangeInput {
  @field("Whose subscription, by id or reference. Left out: the caller's current account.", () => ID, {
    nullable: true,
  })
  accountId?: string | null

  @field("The plan's code; the present one to change only interval or quantity.", () => String)
  plan!: string

  @field('How often to pay. Left out: as now.', () => BillingInterval, { nullable: true })
  interval?: BillingInterval | null

  @field('How many, for a plan priced per unit. Left out: as now.', () => Int, { nullable: true })
  quantity?: number | null

  @field("When. Left out: an upgrade now, a downgrade at the period's end; in a trial always now.", () => ChangeTime, {
    nullable: true,
  })
  at?: ChangeTime | null
}

/** A change of plan. */
@inputType('Another plan, interval or quantity.')
export class ChangePlanInput extends PreviewPlanChangeInput {
  @field(
    "The caller's own key of this change: repeating it gives the first answer again. 1 to 255 printable ASCII characters without spaces.",
    () => String,
  )
  idempotencyKey!: string
}

/** A change of plan was accepted. */
@objectType(
  'A change of plan was accepted. One that wants the buyer’s confirmation carries `actionUrl` and takes effect when it is given.',
)
export class PlanChanged {
  readonly __typename!: 'PlanChanged'

  @field('The subscription as it is now.', () => BillingSubscription)
  subscription!: BillingSubscription

  @field('When the change takes effect.', () => DateTime)
  effectiveAt!: Date

  @field('Where the buyer confirms the payment (3-D Secure); null when nothing is to be confirmed.', () => String, {
    nullable: true,
  })
  actionUrl!: string | null

  @field('Credit that the change gave for unused time. Null if it gave none, or is not in effect yet.', () => Money, {
    nullable: true,
  })
  credit!: Money | null
}

/** What a change of plan would cost and bring. */
@objectType('What a change of plan would cost and bring; nothing was changed.')
export class PlanChangePreview {
  readonly __typename!: 'PlanChangePreview'

  @field(
    'What would be taken now, as the provider counts it; nothing for a change at the end of the period.',
    () => Money,
  )
  dueNow!: Money

  @field('Credit for unused time that the change would give; 0 if it would give none.', () => Money)
  credit!: Money

  @field('The policy of the catalog that decides about the credit.', () => UnusedTimePolicy)
  unusedTime!: UnusedTimePolicy

  @field(
    'What the invoice would say: the one of now, or for a later change the first one after it. Credit for unused time comes first, as amounts below zero.',
    () => [InvoiceLine],
  )
  lines!: readonly InvoiceLine[]

  @field('The first regular amount after the change; null when none is to come.', () => Money, { nullable: true })
  nextAmount!: Money | null

  @field('When that is taken; null when none is to come.', () => DateTime, { nullable: true })
  nextDate!: Date | null

  @field('When the change would take effect.', () => DateTime)
  effectiveAt!: Date

  @field('What the account may do now.', () => [Entitlement])
  entitlementsBefore!: readonly Entitlement[]

  @field('What it might do after the change, with its use of now.', () => [Entitlement])
  entitlementsAfter!: readonly Entitlement[]
}

/** What `changePlan` answers. */
export const ChangePlanResult = unionType('ChangePlanResult', 'The change, or why there is none.', () => [
  PlanChanged,
  RateLimited,
  Refused,
])
export type ChangePlanResult = PlanChanged | RateLimited | Refused

/** What `previewPlanChange` answers. */
export const PreviewPlanChangeResult = unionType(
  'PreviewPlanChangeResult',
  'What the change would be, or why it could not be.',
  () => [PlanChangePreview, Refused],
)
export type PreviewPlanChangeResult = PlanChangePreview | Refused
