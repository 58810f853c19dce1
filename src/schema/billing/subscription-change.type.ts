import { ID } from 'type-graphql'
import { field, inputType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG, IDEMPOTENCY_KEY } from '../kernel/descriptions.js'
import { RateLimited } from '../kernel/rate-limited.type.js'
import { Refused } from '../kernel/refused.type.js'
import { BillingSubscription } from './billing-subscription.type.js'
import { SubscriptionConflict } from './subscription-conflict.type.js'
import { ChangeTime } from './change-time.js'

@inputType('Cancellation of a subscription.')
export class CancelSubscriptionInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(
    'Effective time of the cancellation. With NOW, the `UnusedTimePolicy` determines the credit; `previewCancellation` shows it.',
    () => ChangeTime,
    {
      nullable: true,
      defaultValue: 'PERIOD_END',
    },
  )
  at?: ChangeTime | null

  @field('Reason given by the customer, at most 500 characters. Stored, and passed to the provider.', () => String, {
    nullable: true,
  })
  reason?: string | null

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

/** Taking back what was planned. */
@inputType('Subscription whose scheduled cancellation, scheduled change or pause is lifted.')
export class ResumeSubscriptionInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field(IDEMPOTENCY_KEY, () => String)
  idempotencyKey!: string
}

export const CancelSubscriptionResult = unionType(
  'CancelSubscriptionResult',
  'The subscription after the cancellation, or a denial.',
  () => [BillingSubscription, RateLimited, Refused],
)
export type CancelSubscriptionResult = BillingSubscription | RateLimited | Refused

export const ResumeSubscriptionResult = unionType(
  'ResumeSubscriptionResult',
  'The subscription after the change, or a denial.',
  () => [BillingSubscription, SubscriptionConflict, RateLimited, Refused],
)
export type ResumeSubscriptionResult = BillingSubscription | SubscriptionConflict | RateLimited | Refused
