import type Stripe from 'stripe'
import { idOf } from '../api/id-of.js'
import { roundToCharge } from '../minimum-charge.js'
import type { SandboxState } from '#sandbox-state.js'

/** A line that may be discounted. */
export interface DiscountableLine {
  amount: number
  discountable: boolean
  product: string | null
}

/** Terms of a discount: percent, or an amount spread over its lines. */
export interface DiscountTerms {
  id: string
  percentOff: number | null
  amountOff: number | null
  /** Null means all products. */
  products: readonly string[] | null
}

/** Amount that each discount subtracts from a line. */
export type LineDiscounts = { discount: string; amount: number }[]

/**
 * Applies discounts to lines one after another, each to the rest of the previous one. An amount is spread over the
 * lines by their size, each part rounded down; the last line gets the rest. No line falls below zero.
 */
export function applyDiscounts(
  lines: readonly DiscountableLine[],
  discounts: readonly DiscountTerms[],
  currency: string,
): LineDiscounts[] {
  const taken: LineDiscounts[] = lines.map(() => [])
  const left = lines.map((line) => (line.discountable ? Math.max(0, line.amount) : 0))
  for (const discount of discounts) {
    const base = lines.map((line, index) => (appliesTo(discount, line) ? (left[index] ?? 0) : 0))
    for (const [index, amount] of amountsOff(discount, base, currency).entries()) {
      if (amount === 0) continue
      taken[index]?.push({ discount: discount.id, amount })
      left[index] = (left[index] ?? 0) - amount
    }
  }
  return taken
}

/** The terms of a discount, as its coupon says them. */
export function termsOf(world: SandboxState, discount: Stripe.Discount): DiscountTerms {
  const id = idOf(discount.source.coupon) ?? ''
  const coupon = world.store.get('coupon', id) ?? world.store.need('deleted_coupon', id)
  return couponTerms(world, coupon, discount.id)
}

/** The terms of a coupon under the id that its discount has or will have. */
export function couponTerms(world: SandboxState, coupon: Stripe.Coupon, id: string): DiscountTerms {
  return {
    id,
    percentOff: coupon.percent_off,
    amountOff: coupon.amount_off,
    products: world.store.get('coupon_scope', coupon.id)?.products ?? null,
  }
}

function amountsOff({ percentOff, amountOff }: DiscountTerms, base: readonly number[], currency: string): number[] {
  if (percentOff !== null) return base.map((amount) => roundToCharge((amount * percentOff) / 100, currency))
  const sum = base.reduce((total, amount) => total + amount, 0)
  if (sum === 0) return base.map(() => 0)
  const whole = Math.min(amountOff ?? 0, sum)
  const parts = base.map((amount) => Math.floor((whole * amount) / sum))
  let rest = whole - parts.reduce((total, part) => total + part, 0)
  for (const [index, amount] of [...base.entries()].toReversed()) {
    const more = Math.min(rest, amount - (parts[index] ?? 0))
    parts[index] = (parts[index] ?? 0) + more
    rest -= more
  }
  return parts
}

function appliesTo(discount: DiscountTerms, line: DiscountableLine): boolean {
  return discount.products === null || (line.product !== null && discount.products.includes(line.product))
}
