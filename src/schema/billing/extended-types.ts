import { billingMetrics } from '#services/billing/metrics/billing-metrics.js'
import { metricGroupTexts, metricTexts } from '#services/entitlements/metrics/registry.js'
import { Metric, MetricGroup } from '../entitlements/metrics.type.js'
import { DenialCode } from '../kernel/denial-code.js'
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

extendEnum(DenialCode, {
  INVALID_PRICE: 'There is no price for this interval, currency or quantity. The message or a remedy states one.',
  CHECKOUT_CONFLICT: 'Another checkout of the account replaced this one, or its payment is already processing.',
  NO_ACTIVE_SUBSCRIPTION: 'The account has no subscription that allows this operation.',
  ALREADY_OWNED: 'The account already owns the product.',
  NOT_FOR_SALE: 'The product exists but is not for sale.',
  TRIAL_NOT_AVAILABLE: 'There is no trial, or the account has already used it.',
  INVALID_RETURN_URL: 'The host of the return URL is not allowed.',
  MODE_MISMATCH: 'The domain belongs to another mode (live or test) than this server.',
  PROVIDER_CHOICE_REQUIRED: 'Several payment providers are possible. The remedies name them.',
  NOT_SUPPORTED_BY_PROVIDER:
    'The payment provider of this subscription or checkout does not support the operation. The remedy names the alternative.',
  LINE_FAILED: 'A line of a usage batch failed repeatedly with an internal error.',
})
