import { ID, Int } from 'type-graphql'
import { BillingInterval } from '../catalog/price.type.js'
import { field, inputType, unionType } from '../kernel/decorators.js'
import { RateLimited } from '../kernel/rate-limited.type.js'
import { Refused } from '../kernel/refused.type.js'
import { CurrencyCode } from '../kernel/scalars.js'
import { Checkout } from './checkout.type.js'
import { PaymentProvider } from './payment-provider.js'
import { SubscriptionConflict } from './subscription-conflict.type.js'

/** What to subscribe to, and how to pay. */
@inputType('What to subscribe to, and how to pay.')
export class StartSubscriptionInput {
  @field("Who will pay, by id or reference. Left out: the caller's current account.", () => ID, { nullable: true })
  accountId?: string | null

  @field("The plan's code.", () => String)
  plan!: string

  @field('How often to pay.', () => BillingInterval, { nullable: true, defaultValue: 'MONTH' })
  interval?: BillingInterval | null

  @field("The currency to pay in. Left out: the account's own, else the catalog's.", () => CurrencyCode, {
    nullable: true,
  })
  currency?: string | null

  @field('How many, for a plan priced per unit; 1 for a flat price.', () => Int, { nullable: true, defaultValue: 1 })
  quantity?: number | null

  @field("Days of trial, at most the price's own. Left out: the price's own.", () => Int, { nullable: true })
  trialDays?: number | null

  @field("A code that the provider's page applies; left out, the buyer may type one.", () => String, { nullable: true })
  promotionCode?: string | null

  @field('Who takes the money.', () => PaymentProvider, { nullable: true, defaultValue: 'STRIPE' })
  provider?: PaymentProvider | null

  @field(
    "Where the provider sends the buyer after paying; its host must be allowed. Left out: the catalog's.",
    () => String,
    {
      nullable: true,
    },
  )
  successUrl?: string | null

  @field(
    "Where the provider sends a buyer who gives up; its host must be allowed. Left out: the catalog's.",
    () => String,
    {
      nullable: true,
    },
  )
  cancelUrl?: string | null

  @field('The plugin that embeds the page, when the catalog builds return addresses from it.', () => String, {
    nullable: true,
  })
  pluginId?: string | null

  @field("Must be the caller's own when given.", () => String, { nullable: true })
  userEmail?: string | null

  @field('As `try.direct`; `dev.try.direct` is served in test and sandbox mode.', () => String, { nullable: true })
  userDomain?: string | null

  @field("The payer's first name, handed to the provider.", () => String, { nullable: true })
  billingFirstName?: string | null

  @field("The payer's last name, handed to the provider.", () => String, { nullable: true })
  billingLastName?: string | null

  @field(
    "The caller's own key of this attempt: repeating it gives the first answer again. 1 to 255 printable ASCII characters without spaces.",
    () => String,
  )
  idempotencyKey!: string
}

/** What `startSubscription` answers. */
export const StartSubscriptionResult = unionType(
  'StartSubscriptionResult',
  'A checkout to send the buyer to, or why there is none.',
  () => [Checkout, SubscriptionConflict, RateLimited, Refused],
)
export type StartSubscriptionResult = Checkout | SubscriptionConflict | RateLimited | Refused
