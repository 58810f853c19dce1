import type { Stripe } from 'stripe'
import type { DiscountDuration, StoredDiscount } from '#entities/billing/billing-subscription.entity.js'
import { time } from './read-objects.js'
import { fromStripe } from './stripe-amounts.js'

/** Metadata of a coupon that replaces one which was redeemed by a promotion code: that code. */
export const PROMOTION_CODE = 'promotion_code'

/** Expanded fields that `readDiscounts` reads. */
export const DISCOUNT_EXPAND = ['discounts.source.coupon', 'discounts.promotion_code']

const DURATIONS: Record<string, DiscountDuration> = { once: 'ONCE', repeating: 'REPEATING', forever: 'FOREVER' }

/** The discounts of a subscription in our words, in the order in which Stripe applies them. A discount without its coupon is left out. */
export const readDiscounts = ({ discounts }: Pick<Stripe.Subscription, 'discounts'>): StoredDiscount[] =>
  (discounts ?? []).flatMap((discount) => (typeof discount === 'string' ? [] : readDiscount(discount)))

function readDiscount({ id, end, promotion_code: promotion, source }: Stripe.Discount): StoredDiscount[] {
  const { coupon } = source
  if (!coupon || typeof coupon === 'string') return []
  return [
    {
      externalId: id,
      code: promotion && typeof promotion === 'object' ? promotion.code : (coupon.metadata?.[PROMOTION_CODE] ?? null),
      name: coupon.name,
      percentOff: coupon.percent_off,
      amountOff: coupon.amount_off && coupon.currency ? fromStripe(coupon.amount_off, coupon.currency) : null,
      duration: DURATIONS[coupon.duration] ?? 'FOREVER',
      endsAt: time(end)?.toISOString() ?? null,
    },
  ]
}
