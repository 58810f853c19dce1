import { billingMetrics } from '#services/billing/metrics/billing-metrics.js'
import { metricTexts } from '#services/entitlements/metrics/registry.js'
import { Metric } from '../entitlements/metrics.type.js'
import { extendEnum, field } from '../kernel/decorators.js'
import { AccountFilter } from '../ops/accounts.type.js'
import { SubscriptionStatus } from './billing-subscription.type.js'

declare module '../ops/accounts.type.js' {
  interface AccountFilter {
    subscriptionStatuses?: readonly SubscriptionStatus[] | null
  }
}

// Billing adds these values and fields to enums and inputs of lower modules.

extendEnum(Metric, metricTexts(billingMetrics))

field('Statuses of which an account has a subscription. Default: all accounts.', () => [SubscriptionStatus], {
  nullable: true,
})(AccountFilter.prototype, 'subscriptionStatuses')
