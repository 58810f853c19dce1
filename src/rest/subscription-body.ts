import type { BillingSubscriptionRow, StoredDiscount } from '../entities/billing/billing-subscription.entity.js'
import type { SubscriptionChangeRow } from '../entities/billing/subscription-change.entity.js'
import type { RequestContext } from '../context/request-context.js'
import type { CatalogSnapshot } from '../services/catalog/snapshot/catalog-snapshot.js'
import { creditOfChange } from '../services/billing/subscriptions/changes/change-queries.js'
import { moneyBody, priceBody } from './money-bodies.js'

/** A subscription with its items and its scheduled change. */
export async function subscriptionBody({ catalog, loaders }: RequestContext, row: BillingSubscriptionRow) {
  const current = catalog.current()
  const [items, scheduled, credited] = await Promise.all([
    loaders.subscriptionItems.load(row.id),
    loaders.scheduledChange.load(row.id),
    loaders.creditedChange.load(row.id),
  ])
  const credit = credited && creditOfChange(credited)
  return {
    id: row.id,
    account_id: row.accountId,
    provider: row.provider.toLowerCase(),
    status: row.status.toLowerCase(),
    plan: current.planByVersionId.get(row.planVersionId)!.code,
    quantity: row.quantity,
    items: items.map(({ priceId, quantity }) => {
      const price = current.priceById.get(priceId)!
      const sold = current.packages.find(({ productId }) => productId === price.productId)
      return { package: sold?.code ?? null, price: priceBody(price), quantity }
    }),
    discounts: row.discounts.map(discountBody),
    current_period_start: row.currentPeriodStart?.toISOString() ?? null,
    current_period_end: row.currentPeriodEnd?.toISOString() ?? null,
    trial_end: row.trialEnd?.toISOString() ?? null,
    cancel_at: row.cancelAt?.toISOString() ?? null,
    grace_until: row.graceUntil?.toISOString() ?? null,
    suspended_at: row.suspendedAt?.toISOString() ?? null,
    scheduled_change: scheduled && scheduledBody(current, scheduled),
    unused_time_credit: credit && moneyBody(credit),
  }
}

const discountBody = ({ code, name, percentOff, amountOff, duration, endsAt }: StoredDiscount) => ({
  code,
  name,
  percent_off: percentOff,
  amount_off: amountOff && moneyBody(amountOff),
  duration: duration.toLowerCase(),
  ends_at: endsAt,
})

function scheduledBody(catalog: CatalogSnapshot, change: SubscriptionChangeRow) {
  const plan = catalog.planByVersionId.get(change.toPlanVersionId ?? '')
  const price = catalog.priceById.get(change.toPriceId ?? '')
  if (!plan || !price) return null
  return {
    plan: plan.code,
    price: priceBody(price),
    quantity: change.toQuantity ?? 1,
    effective_at: change.effectiveAt.toISOString(),
    promotion_code: change.promotionCode,
  }
}
