import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { idOf } from '../api/id-of.js'
import { presentCoupon } from '../coupons/coupon.object.js'

/** Promotion code with its current status: active until it expires, is used up, or its coupon is no longer valid. */
export function presentPromotionCode(world: SandboxState, code: Stripe.PromotionCode): Stripe.PromotionCode {
  const coupon = world.store.get('coupon', idOf(code.promotion.coupon) ?? '')
  const expired = code.expires_at !== null && code.expires_at <= world.clock.seconds
  const usedUp = code.max_redemptions !== null && code.times_redeemed >= code.max_redemptions
  const valid = coupon !== undefined && presentCoupon(world, coupon).valid
  return { ...code, active: code.active && !expired && !usedUp && valid }
}

/** Reason for the user why a code cannot be redeemed on an order. Null if it can. */
export function redemptionIssue(
  world: SandboxState,
  code: Stripe.PromotionCode,
  order: { customer: string | null; amount: number; currency: string },
): string | null {
  if (!presentPromotionCode(world, code).active) return 'This code is no longer valid.'
  const owner = idOf(code.customer)
  if (owner !== null && owner !== order.customer) return 'This code is not valid for this customer.'
  const { first_time_transaction, minimum_amount, minimum_amount_currency } = code.restrictions
  if (first_time_transaction && order.customer !== null && hasPaid(world, order.customer))
    return 'This code is for a first order only.'
  if (minimum_amount !== null && (minimum_amount_currency !== order.currency || order.amount < minimum_amount))
    return 'This order is too small for this code.'
  return null
}

function hasPaid(world: SandboxState, customer: string): boolean {
  return world.store.by('charge', 'customer', customer).some((charge) => charge.paid)
}
