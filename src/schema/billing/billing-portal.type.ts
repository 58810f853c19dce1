import { ID } from 'type-graphql'
import { Plan } from '../catalog/plan.type.js'
import { enumType, field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { RateLimited } from '../kernel/rate-limited.type.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime } from '../kernel/scalars.js'
import { SubscriptionStatus } from './billing-subscription.type.js'
import { PaymentProvider } from './payment-provider.js'

/** The provider's page for a customer. */
@inputType("The provider's own page, where a customer sees invoices and changes how they pay.")
export class OpenBillingPortalInput {
  @field("Whose, by id or reference. Left out: the caller's current account.", () => ID, { nullable: true })
  accountId?: string | null

  @field(
    'Where its way back leads; the host must be allowed. Left out, or where the catalog builds return addresses: the catalog’s.',
    () => String,
    { nullable: true },
  )
  returnUrl?: string | null

  @field('The plugin that embeds the page, when the catalog builds return addresses from it.', () => String, {
    nullable: true,
  })
  pluginId?: string | null

  @field(
    'Repeated calls with the same key open the same page, for as long as the provider keeps it. Default: a new page.',
    () => String,
    { nullable: true },
  )
  idempotencyKey?: string | null
}

/** A page that was opened. */
@objectType('A page of the provider, opened for one customer and for a short time.')
export class PortalSession {
  readonly __typename!: 'PortalSession'

  @field('Where to send the customer.', () => String)
  url!: string
}

/** What `openBillingPortal` answers. */
export const OpenBillingPortalResult = unionType('OpenBillingPortalResult', 'The page, or why there is none.', () => [
  PortalSession,
  RateLimited,
  Refused,
])
export type OpenBillingPortalResult = PortalSession | RateLimited | Refused

/** What a provider may be able to do for a subscriber. */
export const BillingAbility = enumType('BillingAbility', 'What can be asked of a subscription at its provider.', {
  CHANGE_NOW: 'Another plan, interval or quantity at once, the difference settled by the day.',
  CHANGE_AT_PERIOD_END: 'Another plan, interval or quantity from the next period on.',
  PREVIEW: 'What a change costs, before it is made (`previewPlanChange`).',
  ADDONS: 'Add-ons on the subscription.',
  CANCEL: 'An end, now or with the paid period.',
  RESUME: 'Taking back a planned end.',
  PORTAL: 'A page of the provider’s own (`openBillingPortal`).',
})
export type BillingAbility = keyof typeof BillingAbility

/** How an account pays, on one card. */
@objectType('What a billing page shows of an account: plan, state, dates, and how it is paid.')
export class BillingInfo {
  readonly __typename!: 'BillingInfo'

  @field('The plan that the account holds now.', () => Plan)
  plan!: Plan

  @field('The state of its subscription; null without one.', () => SubscriptionStatus, { nullable: true })
  status!: SubscriptionStatus | null

  @field('Who takes the money; null without a subscription.', () => PaymentProvider, { nullable: true })
  provider!: PaymentProvider | null

  @field('When the paid period ends; null without a subscription.', () => DateTime, { nullable: true })
  currentPeriodEnd!: Date | null

  @field('When it will end because it was cancelled; null while it goes on.', () => DateTime, { nullable: true })
  cancelAt!: Date | null

  @field('When the trial ends or ended; null without one.', () => DateTime, { nullable: true })
  trialEnd!: Date | null

  @field('Until when rights stay although an invoice is not paid; null while nothing is owed.', () => DateTime, {
    nullable: true,
  })
  graceUntil!: Date | null

  @field('How it is paid, as `Visa ending in 4242`; null when nothing is on file.', () => String, { nullable: true })
  paymentMethod!: string | null

  @field('Whether the caller can be sent to the provider’s page (`openBillingPortal`).', () => Boolean)
  portalAvailable!: boolean

  @field(
    'What can be asked of the running subscription at its provider; empty without one, or for who may not manage it.',
    () => [BillingAbility],
  )
  abilities!: readonly BillingAbility[]

  @field('Who can be asked for a checkout on this server.', () => [PaymentProvider])
  providers!: readonly PaymentProvider[]

  @field("The provider's publishable key for scripts in the page; null when none is set.", () => String, {
    nullable: true,
  })
  publishableKey!: string | null
}
