import type { StartSubscriptionInput } from '#schema/billing/start-subscription.type.js'
import type { IntervalWord } from '#services/catalog/products/interval.js'
import { purchaseRequest, type PurchaseRequest } from './purchase-request.js'

/** The same with its defaults filled in. */
export interface SubscriptionRequest extends PurchaseRequest {
  readonly plan: string
  readonly interval: IntervalWord
  /** Null: the price's own. */
  readonly trialDays: number | null
  /** Offer whose price, interval, currency and quantity apply instead of the requested ones. Absent without one. */
  readonly negotiatedPlanId?: string
}

type PlanTerms = Omit<StartSubscriptionInput, 'interval'> & { readonly interval?: IntervalWord | null }

export const subscriptionRequest = (input: PlanTerms): SubscriptionRequest => ({
  plan: input.plan,
  interval: input.interval ?? 'MONTH',
  trialDays: input.trialDays ?? null,
  ...purchaseRequest(input),
  ...(input.negotiatedPlanId ? { negotiatedPlanId: input.negotiatedPlanId } : {}),
})
