import { Keyed } from '../kernel/mutation-arguments.js'
import { ID, Int } from 'type-graphql'
import { IntervalInput } from '../catalog/interval.type.js'
import { field, inputType } from '../kernel/decorators.js'
import { PAYER_ARG } from '../kernel/descriptions.js'
import { CurrencyCode } from '../kernel/scalars.js'
import { PaymentProvider, SALE_PROVIDER } from './payment-provider.js'
import { SUCCESS_URL } from './purchase.input.js'

@inputType('Plan, payer and payment options.')
export class StartSubscriptionInput extends Keyed {
  @field(PAYER_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Code of the plan.', () => String)
  plan!: string

  @field(
    "Billing interval. Default: a month, or the plan's shortest interval if it has no monthly price.",
    () => IntervalInput,
    { nullable: true },
  )
  interval?: IntervalInput | null

  @field(
    'Buys the plan once, without an end, at its lifetime price. Use beyond its allowances is denied, because no invoice follows.',
    () => Boolean,
    { nullable: true, defaultValue: false },
  )
  lifetime?: boolean | null

  @field("Currency of the payment. Default: the account's, then the catalog's.", () => CurrencyCode, {
    nullable: true,
  })
  currency?: string | null

  @field('Quantity for a plan priced per unit; 1 for a flat price.', () => Int, { nullable: true, defaultValue: 1 })
  quantity?: number | null

  @field('Trial days, at most those of the price. Default: those of the price.', () => Int, { nullable: true })
  trialDays?: number | null

  @field(
    'ID of a negotiated plan of the account. Its price, interval, currency and quantity apply instead of those of this input.',
    () => ID,
    { nullable: true },
  )
  negotiatedPlanId?: string | null

  @field("Promotion code for the provider's page. Default: the buyer can enter one.", () => String, { nullable: true })
  promotionCode?: string | null

  @field(SALE_PROVIDER, () => PaymentProvider, { nullable: true })
  provider?: PaymentProvider | null

  @field(SUCCESS_URL, () => String, { nullable: true })
  successUrl?: string | null

  @field("URL for buyers who cancel; its host must be allowed. Default: the catalog's URL.", () => String, {
    nullable: true,
  })
  cancelUrl?: string | null

  @field('ID of the plugin that embeds the page, for catalogs that build return URLs from it.', () => String, {
    nullable: true,
  })
  pluginId?: string | null

  @field("Email address of the buyer. Must be the caller's own.", () => String, { nullable: true })
  userEmail?: string | null

  @field(
    'Domain of the buyer, for example `try.direct`. `dev.try.direct` is accepted in test and sandbox mode.',
    () => String,
    { nullable: true },
  )
  userDomain?: string | null

  @field('First name of the payer, passed to the provider.', () => String, { nullable: true })
  billingFirstName?: string | null

  @field('Last name of the payer, passed to the provider.', () => String, { nullable: true })
  billingLastName?: string | null
}
