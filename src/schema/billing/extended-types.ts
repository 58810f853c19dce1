import { billingMetrics } from '#services/billing/metrics/billing-metrics.js'
import { metricGroupTexts, metricTexts } from '#services/entitlements/metrics/registry.js'
import { Metric, MetricGroup } from '../entitlements/metrics.type.js'
import { extendEnum, field } from '../kernel/decorators.js'
import { AccountFilter } from '../ops/accounts.type.js'
import { QueueName } from '../ops/queue.type.js'
import { SearchType } from '../ops/search.type.js'
import { SubscriptionStatus } from './billing-subscription.type.js'

declare module '../ops/accounts.type.js' {
  interface AccountFilter {
    subscriptionStatuses?: readonly SubscriptionStatus[] | null
  }
}

// Billing adds these values and fields to enums and inputs of lower modules.

extendEnum(Metric, metricTexts(billingMetrics))
extendEnum(MetricGroup, metricGroupTexts(billingMetrics))

extendEnum(QueueName, { USAGE_REPORT: 'Metered usage for the payment provider.' })

extendEnum(SearchType, {
  SUBSCRIPTION: 'By ID, here or at the provider.',
  INVOICE: 'By number, or by ID, here or at the provider.',
  PURCHASE: 'By ID, or by the ID of its payment or its invoice at the provider.',
  REFUND: 'By ID, here or at the provider.',
  DISPUTE: 'By ID, here or at the provider.',
  CHECKOUT: 'By ID, or by the ID of its session at the provider.',
})

field('Statuses of which an account has a subscription. Default: all accounts.', () => [SubscriptionStatus], {
  nullable: true,
})(AccountFilter.prototype, 'subscriptionStatuses')
