import { ID } from 'type-graphql'
import { Plan } from '../catalog/plan.type.js'
import { field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG_REQUIRED, IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { Money } from '../kernel/money.type.js'
import { RateLimited } from '../kernel/rate-limited.type.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime } from '../kernel/scalars.js'
import { BillingSubscription } from './billing-subscription.type.js'
import { SubscriptionConflict } from './subscription-conflict.type.js'

@inputType('Later end of a trial to preview.')
export class PreviewTrialExtensionInput {
  @field(ACCOUNT_ARG_REQUIRED, () => ID)
  accountId!: string

  @field('Code of a plan, for an account with several subscriptions. Default: the main subscription.', () => String, {
    nullable: true,
  })
  plan?: string | null

  @field('New end (business clock): after the present end, and at most 365 days from now.', () => DateTime)
  until!: Date
}

@inputType('Later end of a trial.')
export class ExtendTrialInput extends PreviewTrialExtensionInput {
  @field('Why, for the audit log. The account sees it. 1–500 characters.', () => String)
  reason!: string

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

@objectType('Effect of a later end of a trial. Nothing is changed.')
export class TrialExtensionPreview {
  readonly __typename!: 'TrialExtensionPreview'

  @field('The plan in its trial, in its current version.', () => Plan)
  plan!: Plan

  @field('Present end of the trial (business clock).', () => DateTime)
  trialEnd!: Date

  @field('New end of the trial, at which the first charge is made (business clock).', () => DateTime)
  until!: Date

  @field('First charge after the trial, with discounts and tax. Null if there is none.', () => Money, {
    nullable: true,
  })
  firstCharge!: Money | null
}

export const PreviewTrialExtensionResult = unionType('PreviewTrialExtensionResult', 'The preview, or a denial.', () => [
  TrialExtensionPreview,
  SubscriptionConflict,
  Refused,
])
export type PreviewTrialExtensionResult = TrialExtensionPreview | SubscriptionConflict | Refused

export const ExtendTrialResult = unionType(
  'ExtendTrialResult',
  'The subscription with its new end of the trial, or a denial.',
  () => [BillingSubscription, SubscriptionConflict, RateLimited, Refused],
)
export type ExtendTrialResult = BillingSubscription | SubscriptionConflict | RateLimited | Refused
