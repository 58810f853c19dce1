import type { BillingContext } from '#services/billing/model/billing-context.js'
import type { ProviderName } from '#services/billing/providers/provider-name.js'

/** Provider of a sale for pages that name none: Stripe, as their contracts say, if the server has it. */
export const defaultProvider = ({ providers }: BillingContext): ProviderName | null =>
  providers.STRIPE ? 'STRIPE' : null
