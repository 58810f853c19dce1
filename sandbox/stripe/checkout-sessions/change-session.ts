import type Stripe from 'stripe'
import type { World } from '../../world.js'
import { idOf } from '../api/id-of.js'
import { StripeError } from '../api/stripe-error.js'
import { findRedeemable } from '../discounts/redeem-discounts.js'
import { priceAmount } from '../prices/price-amount.js'
import { addUpSession } from './add-up-session.js'

/** Applies the promotion code that a person typed; answers why not, in words for that person, or null. */
export function applyPromotionCode(world: World, session: Stripe.Checkout.Session, typed: string): string | null {
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
    putRedeemables(world, session.id, [{ coupon: coupon.id, promotionCode: code.id }])
    return null
  } catch (error) {
    if (error instanceof StripeError) return error.message
    throw error
  }
}

/** Takes the promotion code away again. */
export function removePromotionCode(world: World, session: Stripe.Checkout.Session): void {
  putRedeemables(world, session.id, [])
}

/** Changes how many of a line are bought, within what the session allows. */
export function changeQuantity(world: World, id: string, lineId: string, wanted: number): void {
  const detail = world.store.need('session_detail', id)
  const lineItems = detail.lineItems.map((item) => {
    const allowed = item.adjustable_quantity
    if (item.id !== lineId || allowed?.enabled !== true || item.price === null) return item
    const quantity = Math.min(Math.max(wanted, allowed.minimum ?? 0), allowed.maximum ?? 99)
    const amount = priceAmount(world, item.price, item.currency, quantity)
    return { ...item, quantity, amount_subtotal: amount, amount_total: amount }
  })
  world.store.put('session_detail', { ...detail, lineItems })
  addUpSession(world, id)
}

function putRedeemables(
  world: World,
  id: string,
  redeemables: { coupon: string; promotionCode: string | null }[],
): void {
  world.store.put('session_detail', { ...world.store.need('session_detail', id), redeemables })
  addUpSession(world, id)
}
