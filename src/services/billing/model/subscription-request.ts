import type { BillingInterval } from '#entities/catalog/price.entity.js'
import { purchaseRequest, type CheckoutInput, type PurchaseRequest } from './purchase-request.js'

/** Input for subscribing to a plan. All fields except plan and key are optional. */
export interface StartSubscription extends CheckoutInput {
  readonly plan: string
  readonly interval?: BillingInterval | null
  readonly trialDays?: number | null
  readonly negotiatedPlanId?: string | null
}

/** The same with its defaults filled in. */
export interface SubscriptionRequest extends PurchaseRequest {
  readonly plan: string
  readonly interval: BillingInterval
  /** Null: the price's own. */
  readonly trialDays: number | null
  /** Offer whose price, interval, currency and quantity apply instead of the requested ones. Absent without one. */
  readonly negotiatedPlanId?: string
}

export const subscriptionRequest = (input: StartSubscription): SubscriptionRequest => ({
  plan: input.plan,
  interval: input.interval ?? 'MONTH',
  trialDays: input.trialDays ?? null,
  ...purchaseRequest(input),
  ...(input.negotiatedPlanId ? { negotiatedPlanId: input.negotiatedPlanId } : {}),
})
