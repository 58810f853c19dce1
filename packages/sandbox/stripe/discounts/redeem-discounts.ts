import type Stripe from 'stripe'
import { z } from 'zod'
import { nextPeriodEnd } from '#time/periods.js'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { text } from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { invalid, missing } from '../api/stripe-error.js'
import { presentCoupon } from '../coupons/coupon.object.js'
import { emitEvent } from '../events/emit-event.js'
import { redemptionIssue } from '../promotion-codes/redeemable.js'

/**
 * Input of discounts of a subscription, an invoice or a session: by coupon, by promotion code, or an existing one by
 * ID.
 */
export const discountInput = z.array(
  z.strictObject({ coupon: text.optional(), promotion_code: text.optional(), discount: text.optional() }),
)

/** One reference to a discount. */
export type DiscountReference = z.output<typeof discountInput>[number]

/** Target of a discount. */
export interface DiscountHolder {
  customer: string | null
  subscription?: string
  invoice?: string
  checkoutSession?: string
  /** The amount before the discount, against a code's minimum. */
  amount: number
  currency: string
}

/** A coupon that may be redeemed on an order, with the code it came by. */
export interface Redeemable {
  coupon: Stripe.Coupon
  promotionCode: Stripe.PromotionCode | null
}

/** Finds the coupon of a reference. Throws Stripe's error if it cannot be redeemed on this order. */
export function findRedeemable(
  world: SandboxState,
  reference: DiscountReference,
  order: Pick<DiscountHolder, 'customer' | 'amount' | 'currency'>,
  param = 'discounts',
): Redeemable {
  if (reference.promotion_code !== undefined) {
    const code = world.store.get('promotion_code', reference.promotion_code)
    if (code === undefined)
      throw missing('promotion code', reference.promotion_code, `${param}[0][promotion_code]`, 400)
    const reason = redemptionIssue(world, code, order)
    if (reason !== null) throw invalid(reason, `${param}[0][promotion_code]`)
    return { coupon: fitting(world, idOf(code.promotion.coupon) ?? '', order.currency, param), promotionCode: code }
  }
  if (reference.coupon === undefined) throw invalid('You must pass `coupon` or `promotion_code`.', param)
  return { coupon: fitting(world, reference.coupon, order.currency, param), promotionCode: null }
}

/** Assigns discounts to a holder: each redeems its coupon once. Those named by ID stay unchanged. */
export function redeemDiscounts(
  world: SandboxState,
  references: readonly DiscountReference[],
  holder: DiscountHolder,
): Stripe.Discount[] {
  return references.map((reference) => {
    if (reference.discount !== undefined) {
      const known = world.store.get('discount', reference.discount)
      if (known === undefined) throw missing('discount', reference.discount, 'discounts', 400)
      return known
    }
    return redeem(world, findRedeemable(world, reference, holder), holder)
  })
}

/** Redeems a coupon once for a holder; a repeating one ends so many months later. */
export function redeem(
  world: SandboxState,
  { coupon, promotionCode }: Redeemable,
  holder: DiscountHolder,
): Stripe.Discount {
  const now = world.clock.seconds
  changeObject(world, 'coupon', coupon.id, { times_redeemed: coupon.times_redeemed + 1 })
  if (promotionCode !== null)
    changeObject(world, 'promotion_code', promotionCode.id, { times_redeemed: promotionCode.times_redeemed + 1 })
  const months = coupon.duration === 'repeating' ? (coupon.duration_in_months ?? 1) : null
  const discount: Stripe.Discount = world.store.put('discount', {
    id: world.ids.next('di'),
    object: 'discount',
    checkout_session: holder.checkoutSession ?? null,
    customer: holder.customer,
    customer_account: null,
    end: months === null ? null : nextPeriodEnd(now, now, { interval: 'month', interval_count: months }),
    invoice: holder.invoice ?? null,
    invoice_item: null,
    promotion_code: promotionCode?.id ?? null,
    source: { coupon: coupon.id, type: 'coupon' },
    start: now,
    subscription: holder.subscription ?? null,
    subscription_item: null,
  })
  emitEvent(world, 'customer.discount.created', discount)
  if (discount.end !== null && discount.subscription !== null)
    world.due.schedule('discount.end', discount.id, discount.end * 1000)
  return discount
}

function fitting(world: SandboxState, id: string, currency: string, param: string): Stripe.Coupon {
  const coupon = world.store.get('coupon', id)
  if (coupon === undefined) throw missing('coupon', id, `${param}[0][coupon]`, 400)
  if (!presentCoupon(world, coupon).valid)
    throw invalid(`Coupon expired: ${id}`, `${param}[0][coupon]`, 'coupon_expired')
  if (coupon.currency !== null && coupon.currency !== currency)
    throw invalid(`The coupon \`${id}\` is not available in the currency \`${currency}\`.`, `${param}[0][coupon]`)
  return coupon
}
