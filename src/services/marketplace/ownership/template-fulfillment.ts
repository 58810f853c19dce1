import { ENTITLING_STATUSES } from '#entities/billing/subscription-state.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { isRetained } from '#services/billing/model/decide-purchase.js'
import type { Fulfillment } from '#services/billing/purchases/fulfillment.js'
import { endOfDay } from '#services/entitlements/plans/assign-plan.js'
import { applyOwnership } from './apply-ownership.js'

/**
 * Fulfillment of template sales: ownership without an end for a one-time price, and for the paid periods of a monthly
 * one.
 */
export const templateFulfillment: Fulfillment = {
  applyPurchase: (context, transaction, purchase) =>
    applyOwnership(
      transaction,
      {
        accountId: purchase.accountId,
        templateId: templateOf(context, purchase.productId),
        sourceType: 'purchase',
        sourceId: purchase.id,
        since: purchase.purchasedAt,
      },
      {
        held: isRetained(purchase),
        suspended: purchase.status === 'DISPUTED',
        expiresAt: lastDayOf(purchase.expiresAt),
      },
      context.clock.now(),
    ),
  applySubscription: (context, transaction, subscription) => {
    return applyOwnership(
      transaction,
      {
        accountId: subscription.accountId,
        templateId: templateOf(context, subscription.productId),
        sourceType: 'subscription',
        sourceId: subscription.id,
        since: subscription.startedAt,
      },
      {
        held: ENTITLING_STATUSES.includes(subscription.status),
        suspended: false,
        expiresAt: lastDayOf(subscription.currentPeriodEnd),
      },
      context.clock.now(),
    )
  },
}

/** The ownership of a paid period expires like a plan: at the end (UTC) of the day on which the period ends. */
const lastDayOf = (periodEnd: Date | null): Date | null => periodEnd && endOfDay(periodEnd)

function templateOf(context: BillingContext, productId: string): string {
  const templateId = context.catalog.current().productById.get(productId)?.externalId
  if (!templateId) throw new Error(`product ${productId} is not a template product`)
  return templateId
}
