import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'

/** Input of a coupon: either a percentage or an amount with a currency. */
export interface CouponInput {
  id?: string | undefined
  name?: string | null | undefined
  percent_off?: number | undefined
  amount_off?: number | undefined
  currency?: string | undefined
  duration: Stripe.Coupon.Duration
  duration_in_months?: number | undefined
  max_redemptions?: number | undefined
  redeem_by?: number | undefined
  applies_to?: { products: string[] } | undefined
  metadata: Record<string, string>
}

/** A new coupon, complete. */
export function buildCoupon(world: SandboxState, input: CouponInput): Stripe.Coupon {
  return {
    id: input.id ?? world.ids.next('coupon').slice('coupon_'.length, 'coupon_'.length + 8),
    object: 'coupon',
    amount_off: input.amount_off ?? null,
    created: world.clock.seconds,
    currency: input.amount_off === undefined ? null : (input.currency ?? null),
    duration: input.duration,
    duration_in_months: input.duration_in_months ?? null,
    livemode: false,
    max_redemptions: input.max_redemptions ?? null,
    metadata: input.metadata,
    name: input.name ?? null,
    percent_off: input.percent_off ?? null,
    redeem_by: input.redeem_by ?? null,
    times_redeemed: 0,
    valid: true,
  }
}

/** Coupon with its current validity: valid until it expires or reaches its maximum number of redemptions. */
export function presentCoupon(world: SandboxState, coupon: Stripe.Coupon): Stripe.Coupon {
  const over = coupon.redeem_by !== null && coupon.redeem_by <= world.clock.seconds
  const usedUp = coupon.max_redemptions !== null && coupon.times_redeemed >= coupon.max_redemptions
  return { ...coupon, valid: coupon.valid && !over && !usedUp }
}

/** Discount of a coupon as text: `20% off`. */
export function describeCoupon(coupon: Stripe.Coupon, formatted: (amount: number, currency: string) => string): string {
  const off =
    coupon.percent_off === null
      ? `${formatted(coupon.amount_off ?? 0, coupon.currency ?? 'usd')} off`
      : `${coupon.percent_off}% off`
  const months = coupon.duration_in_months ?? 0
  if (coupon.duration === 'repeating') return `${off} for ${months} month${months === 1 ? '' : 's'}`
  return coupon.duration === 'forever' ? `${off} forever` : off
}
