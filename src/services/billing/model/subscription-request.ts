import type { StartSubscriptionInput } from '#schema/billing/start-subscription.type.js'
import type { BillingInterval } from '#entities/kernel/billing-interval.js'
import { purchaseRequest, type PurchaseRequest } from './purchase-request.js'

/** The same with its defaults filled in. */
export interface SubscriptionRequest extends PurchaseRequest {
  readonly plan: string
  /** Null: a month if the plan has a monthly price, otherwise its shortest interval. */
  readonly interval: BillingInterval | null
  /** Null: the price's own. */
  readonly trialDays: number | null
  /** Offer whose price, interval, currency and quantity apply instead of the requested ones. Absent without one. */
  readonly negotiatedPlanId?: string
}

type PlanTerms = Omit<StartSubscriptionInput, 'interval'> & { readonly interval?: BillingInterval | null }

export const subscriptionRequest = (input: PlanTerms): SubscriptionRequest => ({
  plan: input.plan,
  interval: input.lifetime ? 'ONE_TIME' : (input.interval ?? null),
  trialDays: input.trialDays ?? null,
  ...purchaseRequest(input),
  ...(input.negotiatedPlanId ? { negotiatedPlanId: input.negotiatedPlanId } : {}),
})
