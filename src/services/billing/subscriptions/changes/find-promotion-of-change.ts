import type { Refused } from '#services/kernel/denials/denial.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import {
  findPromotion,
  promotionRefused,
  withNegotiatedPrice,
  type Promotion,
} from '#services/billing/model/find-promotion.js'
import type { PlanChangeDecision, PlanChangeRequest } from './decide-plan-change.js'
import type { SubscriptionState } from '#services/billing/model/load-subscription-state.js'

/**
 * Promotion code of a plan change, checked as that of a checkout. A subscription has one code at a time. A change at the end of the period
 * redeems it then. Null without a code.
 */
export async function findPromotionOfChange(
  context: BillingContext,
  { port, subscription, planItem, planned }: SubscriptionState,
  decision: PlanChangeDecision,
  { promotionCode: code, negotiatedPlanId }: PlanChangeRequest,
): Promise<Promotion | Refused | null> {
  if (!code) return null
  if (negotiatedPlanId) return withNegotiatedPrice(code)
  const { price, quantity } = decision.target
  const { amountMinor, currency } = price.money
  const found = await findPromotion(port, code, {
    amountMinor: amountMinor * quantity,
    currency,
  })
  if (!found || 'message' in found) return found
  if (decision.kind === 'undo')
    return promotionRefused(
      `Promotion code '${code}' cannot be redeemed by canceling a scheduled change. Leave it out.`,
    )
  const earlier = subscription.discounts.find((discount) => discount.code !== null)?.code
  if (earlier)
    return promotionRefused(`The subscription has promotion code '${earlier}'. It can have one code at a time.`)
  // Another number of units now keeps the scheduled change.
  const later = decision.at === 'NOW' && price.id === planItem.priceId ? planned?.promotionCode : null
  if (later)
    return promotionRefused(
      `The scheduled change redeems promotion code '${later}'. It can have one code at a time. Cancel the scheduled change to use another one.`,
    )
  return found
}

/** The provider does not redeem a code that exists, for example one for first orders. */
export const promotionRejected = (code: string | null | undefined): Refused =>
  promotionRefused(`Promotion code '${code}' cannot be used for this change.`)
