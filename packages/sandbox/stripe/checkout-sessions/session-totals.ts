import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { taxOn, taxTermsOf, taxWithin } from '../taxes.js'
import { applyDiscounts, couponTerms } from '../discounts/apply-discounts.js'

/**
 * Totals of an open session: its lines with their discounts, and the amount due today, which excludes prices in a
 * trial.
 */
export function sessionTotals(world: SandboxState, id: string): Stripe.Checkout.Session {
  const detail = world.store.need('session_detail', id)
  const { automatic_tax: automaticTax, customer, ...session } = world.store.need('checkout.session', id)
  const currency = session.currency ?? 'usd'
  const trial = detail.trialPeriodDays !== null || detail.trialEnd !== null
  const taken = applyDiscounts(
    detail.lineItems.map((item) => ({
      amount: item.amount_subtotal,
      discountable: true,
      product: idOf(item.price?.product),
    })),
    detail.redeemables.map(({ coupon }) => couponTerms(world, world.store.need('coupon', coupon), coupon)),
    currency,
  )
  const taxes = taxTermsOf(world, automaticTax.enabled, customer, currency)
  const lineItems = detail.lineItems.map((item, index) => {
    const amount_discount = (taken[index] ?? []).reduce((sum, { amount }) => sum + amount, 0)
    const net = item.amount_subtotal - amount_discount
    if (taxes.isInclusive(item.price))
      return { ...item, amount_discount, amount_tax: taxWithin(net, taxes), amount_total: net }
    const amount_tax = taxOn(net, taxes)
    return { ...item, amount_discount, amount_tax, amount_total: net + amount_tax }
  })
  world.store.put('session_detail', { ...detail, lineItems })
  const today = lineItems.filter((item) => !trial || item.price?.recurring === null)
  const sum = (pick: (item: Stripe.LineItem) => number) => today.reduce((total, item) => total + pick(item), 0)
  return changeObject(world, 'checkout.session', id, {
    amount_subtotal: sum((item) => item.amount_subtotal),
    amount_total: sum((item) => item.amount_total),
    discounts: detail.redeemables.map(({ coupon, promotionCode }) => ({ coupon, promotion_code: promotionCode })),
    total_details: {
      amount_discount: sum((item) => item.amount_discount),
      amount_shipping: 0,
      amount_tax: sum((item) => item.amount_tax),
    },
  }).object
}
