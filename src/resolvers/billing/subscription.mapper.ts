import type { SubscriptionItemRow } from '#entities/billing/subscription-item.entity.js'
import type { PaymentMethod } from '#schema/billing/payment-method.type.js'
import type {
  BillingSubscriptionRow,
  StoredDiscount,
  StoredPause,
  StoredPaymentMethod,
} from '#entities/billing/billing-subscription.entity.js'
import type { SubscriptionChangeRow } from '#entities/billing/subscription-change.entity.js'
import type {
  BillingSubscription,
  ScheduledChange,
  SubscriptionItem,
} from '#schema/billing/billing-subscription.type.js'
import type { SubscriptionPause } from '#schema/billing/pause.type.js'
import type { Discount } from '#schema/billing/discount.type.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { toCurrentPlan, toPlanVersion } from '../catalog/plan.mapper.js'
import { creditOfChange } from '#services/billing/model/change-queries.js'
import { toMoney, toPrice } from '../kernel/price.mapper.js'
import type { RequestContext } from '#context/request-context.js'

export function toSubscriptionItem(catalog: CatalogSnapshot, item: SubscriptionItemRow): SubscriptionItem {
  const price = catalog.priceById.get(item.priceId)!
  return {
    __typename: 'SubscriptionItem',
    id: item.id,
    productId: price.productId,
    packageId: catalog.packages.find((sold) => sold.productId === price.productId)?.id ?? null,
    quantity: item.quantity,
    price: toPrice(price),
    currentPeriodEnd: item.currentPeriodEnd,
  }
}

export async function toSubscription(
  context: RequestContext,
  row: BillingSubscriptionRow,
): Promise<BillingSubscription> {
  const catalog = context.catalog.current()
  const held = catalog.planByVersionId.get(row.planVersionId)!
  const items = await context.loaders.subscriptionItems.load(row.id)
  const credited = await context.loaders.creditedChange.load(row.id)
  const credit = credited && creditOfChange(credited)
  return {
    __typename: 'BillingSubscription',
    id: row.id,
    accountId: row.accountId,
    checkoutId: row.checkoutId,
    provider: row.provider,
    daysUntilDue: row.daysUntilDue,
    paymentMethod: row.paymentMethod && toPaymentMethod(row.paymentMethod),
    status: row.status,
    plan: toCurrentPlan(catalog, held),
    planVersion: toPlanVersion(held),
    quantity: row.quantity,
    items: items.map((item) => toSubscriptionItem(catalog, item)),
    discounts: row.discounts.map(toDiscount),
    currentPeriodStart: row.currentPeriodStart,
    currentPeriodEnd: row.currentPeriodEnd,
    trialEndsAt: row.trialEnd,
    cancelAt: row.cancelAt,
    canceledAt: row.canceledAt,
    graceEndsAt: row.graceUntil,
    suspendedAt: row.suspendedAt,
    pause: row.pause && toPause(catalog, row.pause),
    scheduledChange: toScheduledChange(catalog, await context.loaders.scheduledChange.load(row.id)),
    unusedTimeCredit: credit && toMoney(credit),
    startedAt: row.startedAt,
  }
}

const toPause = (
  { pause }: Pick<CatalogSnapshot, 'pause'>,
  { since, resumesAt, paidUntil, resumed }: StoredPause,
): SubscriptionPause => ({
  __typename: 'SubscriptionPause',
  pausedAt: new Date(since),
  resumesAt: resumesAt === null ? null : new Date(resumesAt),
  paidUntil: new Date(paidUntil),
  keepsAccess: pause?.access === 'KEEP',
  resumed,
})

export const toPaymentMethod = ({
  kind,
  label,
  brand,
  last4,
  expMonth,
  expYear,
}: StoredPaymentMethod): PaymentMethod => ({
  __typename: 'PaymentMethod',
  kind,
  label,
  card: kind === 'CARD' && brand && last4 && expMonth && expYear ? { brand, last4, expMonth, expYear } : null,
})

const toDiscount = ({ code, name, percentOff, amountOff, duration, endsAt }: StoredDiscount): Discount => ({
  __typename: 'Discount',
  code,
  name,
  percentOff,
  amountOff: amountOff && toMoney(amountOff),
  duration,
  endsAt: endsAt === null ? null : new Date(endsAt),
})

function toScheduledChange(catalog: CatalogSnapshot, change: SubscriptionChangeRow | null): ScheduledChange | null {
  const plan = catalog.planByVersionId.get(change?.toPlanVersionId ?? '')
  const price = catalog.priceById.get(change?.toPriceId ?? '')
  if (!change || !plan || !price) return null
  return {
    __typename: 'ScheduledChange',
    plan: toCurrentPlan(catalog, plan),
    planVersion: toPlanVersion(plan),
    price: toPrice(price),
    quantity: change.toQuantity ?? 1,
    effectiveAt: change.effectiveAt,
    promotionCode: change.promotionCode,
  }
}
