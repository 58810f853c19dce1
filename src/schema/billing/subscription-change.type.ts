import { ID, Int } from 'type-graphql'
import { field, inputType, unionType } from '../kernel/decorators.js'
import { RateLimited } from '../kernel/rate-limited.type.js'
import { Refused } from '../kernel/refused.type.js'
import { BillingSubscription } from './billing-subscription.type.js'
import { ChangeTime } from './change-time.js'

const ACCOUNT = "Whose subscription, by id or reference. Left out: the caller's current account."
const KEY =
  "The caller's own key of this attempt: repeating it gives the first answer again. 1 to 255 printable ASCII characters without spaces."

/** The end of a subscription. */
@inputType('The end of a subscription.')
export class CancelSubscriptionInput {
  @field(ACCOUNT, () => ID, { nullable: true })
  accountId?: string | null

  @field(
    'When: with the paid period, or at once. At once, the `UnusedTimePolicy` decides about credit; `previewCancellation` shows it.',
    () => ChangeTime,
    {
      nullable: true,
      defaultValue: 'PERIOD_END',
    },
  )
  at?: ChangeTime | null

  @field('Why, in the words of the customer; at most 500 characters. Kept, and told to the provider.', () => String, {
    nullable: true,
  })
  reason?: string | null

  @field(KEY, () => String)
  idempotencyKey!: string
}

/** Taking back what was planned. */
@inputType('Takes back a planned end, else a planned change; wakes a subscription that is paused.')
export class ResumeSubscriptionInput {
  @field(ACCOUNT, () => ID, { nullable: true })
  accountId?: string | null

  @field(KEY, () => String)
  idempotencyKey!: string
}

/** An add-on of a subscription. */
@inputType('An add-on on a running subscription, in its currency.')
export class AddonInput {
  @field(ACCOUNT, () => ID, { nullable: true })
  accountId?: string | null

  @field("The add-on's code.", () => String)
  package!: string

  @field('How many to add, or to take away.', () => Int, { nullable: true, defaultValue: 1 })
  quantity?: number | null

  @field(KEY, () => String)
  idempotencyKey!: string
}

/** What a change of a subscription answers. */
export const SubscriptionResult = unionType(
  'SubscriptionResult',
  'The subscription after the change, or why there was none.',
  () => [BillingSubscription, RateLimited, Refused],
)
export type SubscriptionResult = BillingSubscription | RateLimited | Refused
