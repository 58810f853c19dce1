import type { Stripe } from 'stripe'
import type { FetchedPromotion } from '../payments-port.js'
import { fromStripe } from './stripe-amounts.js'

/** Parts of a coupon that are read. */
type Coupon = Pick<
  Stripe.Coupon,
  | 'amount_off'
  | 'currency'
  | 'currency_options'
  | 'duration'
  | 'duration_in_months'
  | 'max_redemptions'
  | 'redeem_by'
  | 'times_redeemed'
  | 'valid'
>

/** A promotion code and its coupon in our words. */
export function readPromotion(promotion: Stripe.PromotionCode, coupon: Coupon | null): FetchedPromotion {
  const { id, restrictions } = promotion
  const { minimum_amount: amountMinor, minimum_amount_currency: currency } = restrictions
  const currencies = [coupon?.currency, ...Object.keys(coupon?.currency_options ?? {})].flatMap(
    (code) => code?.toUpperCase() ?? [],
  )
  return {
    externalId: id,
    months: coupon?.duration === 'once' ? 0 : (coupon?.duration_in_months ?? null),
    currencies: coupon?.amount_off ? currencies : null,
    minimum: amountMinor && currency ? fromStripe(amountMinor, currency) : null,
    ended: endOf(promotion, coupon),
  }
}

/** A code or its coupon that has been redeemed often enough is used up. Without one of the limits, an end is the only cause that is left. */
function endOf({ active, ...code }: Stripe.PromotionCode, coupon: Coupon | null): FetchedPromotion['ended'] {
  if (active && coupon?.valid !== false) return null
  if ([code, coupon].some((limited) => isUsedUp(limited))) return 'USED_UP'
  return code.expires_at || coupon?.redeem_by ? 'EXPIRED' : 'INACTIVE'
}

const isUsedUp = (limited: Pick<Stripe.PromotionCode, 'max_redemptions' | 'times_redeemed'> | null): boolean =>
  limited?.max_redemptions != null && limited.times_redeemed >= limited.max_redemptions
