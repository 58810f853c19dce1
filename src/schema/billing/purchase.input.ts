import { ID, Int } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { CurrencyCode, SafeInt } from '../kernel/scalars.js'
import { PaymentProvider } from './payment-provider.js'

const KEY =
  "The caller's own key of this attempt: repeating it gives the first answer again. 1 to 255 printable ASCII characters without spaces."
const CURRENCY = "The currency to pay in. Left out: the account's own, else the catalog's."
const ACCOUNT = "Who will pay, by id or reference. Left out: the caller's current account."
const SUCCESS = "Where the provider sends the buyer after paying; its host must be allowed. Left out: the catalog's."
const CANCEL = "Where the provider sends a buyer who gives up; its host must be allowed. Left out: the catalog's."
const DOMAIN = 'As `try.direct`; `dev.try.direct` is served in test and sandbox mode.'

/** Which package to buy, and how to pay. */
@inputType('Which package to buy, and how to pay.')
export class PurchasePackageInput {
  @field(ACCOUNT, () => ID, { nullable: true })
  accountId?: string | null

  @field("The package's code.", () => String)
  package!: string

  @field(CURRENCY, () => CurrencyCode, { nullable: true })
  currency?: string | null

  @field('How many of it, from 1 to 100.', () => Int, { nullable: true, defaultValue: 1 })
  quantity?: number | null

  @field('Who takes the money.', () => PaymentProvider, { nullable: true, defaultValue: 'STRIPE' })
  provider?: PaymentProvider | null

  @field(SUCCESS, () => String, { nullable: true })
  successUrl?: string | null

  @field(CANCEL, () => String, { nullable: true })
  cancelUrl?: string | null

  @field('The plugin that embeds the page, when the catalog builds return addresses from it.', () => String, {
    nullable: true,
  })
  pluginId?: string | null

  @field(DOMAIN, () => String, { nullable: true })
  userDomain?: string | null

  @field("A code that the provider's page applies; left out, the buyer may type one.", () => String, { nullable: true })
  promotionCode?: string | null

  @field(KEY, () => String)
  idempotencyKey!: string
}

/** Which template to buy, and how to pay. Its price is looked up by the server. */
@inputType('Which template to buy, and how to pay. Its price is looked up by the server.')
export class PurchaseTemplateInput {
  @field(ACCOUNT, () => ID, { nullable: true })
  accountId?: string | null

  @field('The template.', () => ID)
  templateId!: string

  @field(CURRENCY, () => CurrencyCode, { nullable: true })
  currency?: string | null

  @field('Who takes the money.', () => PaymentProvider, { nullable: true, defaultValue: 'STRIPE' })
  provider?: PaymentProvider | null

  @field(SUCCESS, () => String, { nullable: true })
  successUrl?: string | null

  @field(CANCEL, () => String, { nullable: true })
  cancelUrl?: string | null

  @field("Must be the caller's own when given.", () => String, { nullable: true })
  userEmail?: string | null

  @field(DOMAIN, () => String, { nullable: true })
  userDomain?: string | null

  @field(KEY, () => String)
  idempotencyKey!: string
}

/** What to give back, and why. */
@inputType('What to give back of a purchase, and why.')
export class RefundPurchaseInput {
  @field('The purchase.', () => ID)
  purchaseId!: string

  @field('How much, in minor units of its currency. Left out: all that is left.', () => SafeInt, { nullable: true })
  amountMinor?: number | null

  @field('Why, for the books: 1 to 500 characters.', () => String)
  reason!: string

  @field(KEY, () => String)
  idempotencyKey!: string
}
