import { payloadType } from '../kernel/payload.js'
import { keyArgument } from '../kernel/mutation-arguments.js'
import { ArgsType, ID } from 'type-graphql'
import { enumType, field } from '../kernel/decorators.js'
import { ACCOUNT_ARG } from '../kernel/descriptions.js'
import { DateTime, Url } from '../kernel/scalars.js'

/** The provider's page for a customer. */
@ArgsType()
export class OpenBillingPortalArgs {
  @field(ACCOUNT_ARG, () => ID, { nullable: true })
  accountId?: string | null

  @field("Page to return to; its host must be allowed. Default: the catalog's URL.", () => String, { nullable: true })
  returnUrl?: string | null

  @field('ID of the plugin that embeds the page, for catalogs that build return URLs from it.', () => String, {
    nullable: true,
  })
  pluginId?: string | null

  @keyArgument({ nullable: true })
  idempotencyKey?: string | null
}

export const BillingAction = enumType('BillingAction', 'An action that a provider supports on a subscription.', {
  CHANGE_IMMEDIATELY: 'Immediate change of plan, interval or quantity, prorated by day.',
  SCHEDULE_CHANGE: 'Change of plan, interval or quantity at period end.',
  PREVIEW_CHANGE: 'Cost preview of a change (`previewPlanChange`).',
  ADDONS: 'Adding and removing add-ons.',
  CANCEL: 'Cancellation, immediate or at period end.',
  PAUSE: 'Pause of the payments, which the catalog allows for the plan.',
  RESUME: 'Withdrawal of a scheduled cancellation, and the end of a pause.',
  PORTAL: 'Use of the billing portal (`openBillingPortal`).',
})
export type BillingAction = keyof typeof BillingAction

@payloadType('A page of the provider for one customer or vendor, valid for a short time.')
export class ProviderPagePayload {
  @field('URL of the page. Null if there is nothing left to do: the vendor is connected.', () => Url, {
    nullable: true,
  })
  url!: string | null

  @field(
    'Expiry time of the page, which can be opened once (business clock). Call the mutation again for a new one. Null if the provider states none.',
    () => DateTime,
    { nullable: true },
  )
  expiresAt!: Date | null
}
