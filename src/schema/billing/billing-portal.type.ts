import { ID } from 'type-graphql'
import { Plan } from '../catalog/plan.type.js'
import { PlanVersion } from '../catalog/plan-version.type.js'
import { enumType, field, inputType, objectType, unionType } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'
import { RateLimited } from '../kernel/rate-limited.type.js'
import { Refused } from '../kernel/refused.type.js'
import { DateTime, Url } from '../kernel/scalars.js'
import { SubscriptionStatus } from './billing-subscription.type.js'
import { PaymentMethod } from './payment-method.type.js'
import { PaymentProvider } from './payment-provider.js'

/** The provider's page for a customer. */
@inputType('Account and return URL of the billing portal.')
export class OpenBillingPortalInput {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field("Page to return to; its host must be allowed. Default: the catalog's URL.", () => String, { nullable: true })
  returnUrl?: string | null

  @field('ID of the plugin that embeds the page, for catalogs that build return URLs from it.', () => String, {
    nullable: true,
  })
  pluginId?: string | null

  @field(
    'ID of the work; the same for each retry. Repeated calls with the same key open the same page for as long as the provider keeps it. Default: a new page.',
    () => String,
    { nullable: true },
  )
  idempotencyKey?: string | null
}

/** A page that was opened. */
@objectType('A billing portal page for one customer, valid for a short time.')
export class PortalSession {
  readonly __typename!: 'PortalSession'

  @field('URL of the billing portal.', () => Url)
  url!: string
}

export const OpenBillingPortalResult = unionType(
  'OpenBillingPortalResult',
  'The billing portal session, or a denial.',
  () => [PortalSession, RateLimited, Refused],
)
export type OpenBillingPortalResult = PortalSession | RateLimited | Refused

export const BillingAction = enumType('BillingAction', 'An action that a provider supports on a subscription.', {
  CHANGE_IMMEDIATELY: 'Immediate change of plan, interval or quantity, prorated by day.',
  SCHEDULE_CHANGE: 'Change of plan, interval or quantity at period end.',
  PREVIEW_CHANGE: 'Cost preview of a change (`previewPlanChange`).',
  ADDONS: 'Adding and removing add-ons.',
  CANCEL: 'Cancellation, immediate or at period end.',
  RESUME: 'Withdrawal of a scheduled cancellation.',
  PORTAL: 'Use of the billing portal (`openBillingPortal`).',
})
export type BillingAction = keyof typeof BillingAction

@objectType('Billing summary of an account.')
export class BillingInfo {
  readonly __typename!: 'BillingInfo'

  @field('Current plan of the account, in its current version.', () => Plan)
  plan!: Plan

  @field('Version of the plan that the account has.', () => PlanVersion)
  planVersion!: PlanVersion

  @field('Status of the subscription. Null without a subscription.', () => SubscriptionStatus, { nullable: true })
  status!: SubscriptionStatus | null

  @field('Provider of the subscription. Null without a subscription.', () => PaymentProvider, { nullable: true })
  provider!: PaymentProvider | null

  @field('End of the paid period (business clock). Null without a subscription.', () => DateTime, { nullable: true })
  currentPeriodEnd!: Date | null

  @field('Time a scheduled cancellation takes effect (business clock). Null if not scheduled.', () => DateTime, {
    nullable: true,
  })
  cancelAt!: Date | null

  @field('End of the trial (business clock). Null without a trial.', () => DateTime, { nullable: true })
  trialEnd!: Date | null

  @field(
    'End of the grace period for an unpaid invoice (business clock). Null if nothing is overdue.',
    () => DateTime,
    {
      nullable: true,
    },
  )
  graceUntil!: Date | null

  @field('Payment method of the subscription. Null if none is on file.', () => PaymentMethod, { nullable: true })
  paymentMethod!: PaymentMethod | null

  @field('Whether the caller can open the billing portal (`openBillingPortal`).', () => Boolean)
  portalAvailable!: boolean

  @field(
    'Actions that the provider supports for the active subscription. Empty without a subscription or permission.',
    () => [BillingAction],
  )
  supportedActions!: readonly BillingAction[]

  @field('Providers available for checkouts on this server.', () => [PaymentProvider])
  providers!: readonly PaymentProvider[]
}
