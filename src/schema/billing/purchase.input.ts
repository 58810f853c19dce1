import { argument, keyArgument, Keyed } from '../kernel/mutation-arguments.js'
import { ArgsType, ID, Int } from 'type-graphql'
import { field, inputType } from '../kernel/decorators.js'
import { PAYER_ARG, REASON } from '../kernel/descriptions.js'
import { MoneyInput } from '../kernel/money.input.js'
import { CurrencyCode } from '../kernel/scalars.js'
import { PaymentProvider, SALE_PROVIDER } from './payment-provider.js'

const CURRENCY = "Currency of the payment. Default: the account's, then the catalog's."
export const SUCCESS_URL =
  "URL for buyers who have paid; its host must be allowed. `{CHECKOUT_SESSION_ID}` in it becomes the `providerReference` of the checkout. Default: the catalog's URL."
const CANCEL = "URL for buyers who cancel; its host must be allowed. Default: the catalog's URL."
const DOMAIN = 'Domain of the buyer, for example `try.direct`. `dev.try.direct` is accepted in test and sandbox mode.'

@inputType('Package, payer and payment options.')
export class PurchasePackageInput extends Keyed {
  @field(PAYER_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('Code of the package.', () => String)
  package!: string

  @field(CURRENCY, () => CurrencyCode, { nullable: true })
  currency?: string | null

  @field('Quantity, 1–100.', () => Int, { nullable: true, defaultValue: 1 })
  quantity?: number | null

  @field(SALE_PROVIDER, () => PaymentProvider, { nullable: true })
  provider?: PaymentProvider | null

  @field(SUCCESS_URL, () => String, { nullable: true })
  successUrl?: string | null

  @field(CANCEL, () => String, { nullable: true })
  cancelUrl?: string | null

  @field('ID of the plugin that embeds the page, for catalogs that build return URLs from it.', () => String, {
    nullable: true,
  })
  pluginId?: string | null

  @field(DOMAIN, () => String, { nullable: true })
  userDomain?: string | null

  @field("Promotion code for the provider's page. Default: the buyer can enter one.", () => String, { nullable: true })
  promotionCode?: string | null
}

@inputType('Template, payer and payment options. The server determines the price.')
export class PurchaseTemplateInput extends Keyed {
  @field(PAYER_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field('ID of the template.', () => ID)
  templateId!: string

  @field(CURRENCY, () => CurrencyCode, { nullable: true })
  currency?: string | null

  @field(SALE_PROVIDER, () => PaymentProvider, { nullable: true })
  provider?: PaymentProvider | null

  @field(SUCCESS_URL, () => String, { nullable: true })
  successUrl?: string | null

  @field(CANCEL, () => String, { nullable: true })
  cancelUrl?: string | null

  @field("Email address of the buyer. Must be the caller's own.", () => String, { nullable: true })
  userEmail?: string | null

  @field(DOMAIN, () => String, { nullable: true })
  userDomain?: string | null
}

@ArgsType()
export class RefundPurchaseArgs {
  @argument('id', 'ID of the purchase.', () => ID)
  purchaseId!: string

  @field('Amount to refund, in the currency of the purchase. Default: the full remaining amount.', () => MoneyInput, {
    nullable: true,
  })
  amount?: MoneyInput | null

  @field(REASON, () => String)
  reason!: string

  @keyArgument()
  idempotencyKey!: string
}
