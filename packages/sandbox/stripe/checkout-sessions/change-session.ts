import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { idOf } from '../api/id-of.js'
import { StripeError } from '../api/stripe-error.js'
import { presentCoupon } from '../coupons/coupon.object.js'
import { findRedeemable } from '../discounts/redeem-discounts.js'
import { isChargeable } from '../minimum-charge.js'
import { priceAmount } from '../prices/price-amount.js'
import { redemptionIssue } from '../promotion-codes/redeemable.js'
import { sessionTotals } from './session-totals.js'

/** Applies an entered promotion code. Returns the reason for the user if that fails, otherwise null. */
export function applyPromotionCode(
  world: SandboxState,
  session: Stripe.Checkout.Session,
  typed: string,
): string | null {
  if (session.allow_promotion_codes !== true) return 'This checkout takes no promotion codes.'
  const code = world.store
    .by('promotion_code', 'code', typed.trim().toLowerCase())
    .find((one) => one.active && (one.customer === null || idOf(one.customer) === idOf(session.customer)))
  if (code === undefined) return 'This code is invalid.'
  const order = {
    customer: idOf(session.customer),
    amount: session.amount_subtotal ?? 0,
    currency: session.currency ?? 'usd',
  }
  try {
    const { coupon } = findRedeemable(world, { promotion_code: code.id }, order)
    const after = putRedeemables(world, session.id, [{ coupon: coupon.id, promotionCode: code.id }])
    if (isChargeable(after.amount_total ?? 0, order.currency)) return null
    removePromotionCode(world, session)
    return 'This order is too small for this code.'
  } catch (error) {
    if (error instanceof StripeError) return error.message
    throw error
  }
}

/** Takes the promotion code away again. */
export function removePromotionCode(world: SandboxState, session: Stripe.Checkout.Session): void {
  putRedeemables(world, session.id, [])
}

/**
 * Removes a promotion code that can no longer be redeemed, because others used it up since it was entered, so that the
 * user sees the new total before paying. Returns the reason, or null. A merchant's code stays, and the session cannot
 * be paid.
 */
export function dropSpentPromotionCode(world: SandboxState, session: Stripe.Checkout.Session): string | null {
  const order = {
    customer: idOf(session.customer),
    amount: session.amount_subtotal ?? 0,
    currency: session.currency ?? 'usd',
  }
  for (const { coupon, promotionCode } of world.store.need('session_detail', session.id).redeemables) {
    const code = world.store.get('promotion_code', promotionCode ?? '')
    const reason = code === undefined ? couponIsSpent(world, coupon) : redemptionIssue(world, code, order)
    if (reason === null) continue
    if (session.allow_promotion_codes === true) removePromotionCode(world, session)
    return reason
  }
  return null
}

function couponIsSpent(world: SandboxState, id: string): string | null {
  const coupon = world.store.get('coupon', id)
  return coupon !== undefined && presentCoupon(world, coupon).valid ? null : 'This discount is no longer valid.'
}

/** Changes the quantity of a line within the limits of the session. */
export function changeQuantity(world: SandboxState, id: string, lineId: string, wanted: number): void {
  const detail = world.store.need('session_detail', id)
  const lineItems = detail.lineItems.map((item) => {
    const allowed = item.adjustable_quantity
    if (item.id !== lineId || allowed?.enabled !== true || item.price === null) return item
    const quantity = Math.min(Math.max(wanted, allowed.minimum ?? 0), allowed.maximum ?? 99)
    const amount = priceAmount(world, item.price, item.currency, quantity)
    return { ...item, quantity, amount_subtotal: amount, amount_total: amount }
  })
  world.store.put('session_detail', { ...detail, lineItems })
  sessionTotals(world, id)
}

function putRedeemables(
  world: SandboxState,
  id: string,
  redeemables: { coupon: string; promotionCode: string | null }[],
): Stripe.Checkout.Session {
  world.store.put('session_detail', { ...world.store.need('session_detail', id), redeemables })
  return sessionTotals(world, id)
}
