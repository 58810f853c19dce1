import { remedy, retry, type Refused } from '#services/kernel/denials/denial.js'
import { providerOf, type BillingContext } from '#services/billing/billing-context.js'
import { findPromotion, promotionRefused, type Promotion } from '#services/billing/offers/find-promotion.js'
import type { PlanChangeDecision, PlanChangeRequest } from './decide-plan-change.js'
import type { SubscriptionState } from './load-subscription-state.js'

/**
 * Promotion code of a plan change, checked as that of a checkout. A subscription has one code at a time, and only a change that takes
 * effect now redeems one. Null without a code.
 */
export async function findPromotionOfChange(
  context: BillingContext,
  { subscription }: SubscriptionState,
  decision: PlanChangeDecision,
  { promotionCode: code }: PlanChangeRequest,
): Promise<Promotion | Refused | null> {
  if (!code) return null
  const { price, quantity } = decision.target
  const { amountMinor, currency } = price.money
  const found = await findPromotion(providerOf(context, subscription.provider), code, {
    amountMinor: amountMinor * quantity,
    currency,
  })
  if (!found || 'message' in found) return found
  const earlier = subscription.discounts.find((discount) => discount.code !== null)
  if (earlier)
    return promotionRefused(`The subscription has promotion code '${earlier.code}'. It can have one code at a time.`)
  if (decision.kind === 'change' && decision.at === 'NOW') return found
  return promotionRefused(
    `Promotion code '${code}' can be redeemed only with a change that takes effect now.`,
    decision.kind === 'change'
      ? [remedy('CHANGE_PLAN', 'Change it now', { mutation: 'changePlan', retry: retry({ at: 'NOW' }) })]
      : [],
  )
}

/** The provider does not redeem a code that exists, for example one for first orders. */
export const promotionRejected = (code: string | null | undefined): Refused =>
  promotionRefused(`Promotion code '${code}' cannot be used for this change.`)
