import type { Stripe } from 'stripe'
import type { FetchedPromotion } from '../payments-port.js'
import { fromStripe } from './stripe-amounts.js'

/** A promotion code and its coupon in our words. */
export function readPromotion(
  { id, restrictions }: Stripe.PromotionCode,
  coupon: Pick<Stripe.Coupon, 'amount_off' | 'currency' | 'currency_options' | 'duration'> | null,
): FetchedPromotion {
  const { minimum_amount: amountMinor, minimum_amount_currency: currency } = restrictions
  const currencies = [coupon?.currency, ...Object.keys(coupon?.currency_options ?? {})].flatMap(
    (code) => code?.toUpperCase() ?? [],
  )
  return {
    externalId: id,
    once: coupon?.duration === 'once',
    currencies: coupon?.amount_off ? currencies : null,
    minimum: amountMinor && currency ? fromStripe(amountMinor, currency) : null,
  }
}
