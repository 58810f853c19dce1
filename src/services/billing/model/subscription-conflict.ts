import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { Denial, Remedy } from '#services/kernel/denials/denial.js'

/** The state of an existing subscription forbids the request. */
export interface SubscriptionConflict extends Denial {
  readonly __typename: 'SubscriptionConflict'
  readonly code: 'SUBSCRIPTION_CONFLICT'
  readonly subscription: BillingSubscriptionRow
}

export const subscriptionConflict = (
  subscription: BillingSubscriptionRow,
  message: string,
  remedies: readonly Remedy[] = [],
): SubscriptionConflict => ({
  __typename: 'SubscriptionConflict',
  code: 'SUBSCRIPTION_CONFLICT',
  message,
  remedies,
  subscription,
})
