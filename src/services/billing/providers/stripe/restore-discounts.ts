import type { Stripe } from 'stripe'
import { ProviderRejected } from '#services/billing/model/port.js'
import { discountsOfSubscription } from './change-lines.js'
import { DISCOUNT_EXPAND, PROMOTION_CODE } from './read-discounts.js'
import { idOf } from './read-objects.js'
import { orNull, type CallStripe } from './stripe-errors.js'

const EXPAND = [...DISCOUNT_EXPAND, 'discounts.source.coupon.applies_to']

/** Statuses of an invoice that brought no money. */
const UNPAID: readonly (Stripe.Invoice.Status | null)[] = ['void', 'uncollectible']

/**
 * Restores the discounts that an unpaid invoice of a subscription used up. Stripe ends a discount for one invoice with the draft
 * of it, and cannot apply it again: a copy of its coupon for one redemption takes its place, so that no other customer has a redemption less. The ID
 * of the copy is made from the invoice, and its count of redemptions shows whether the discount was restored: a repeated call has no effect.
 */
export async function restoreDiscounts(client: Stripe, call: CallStripe, invoiceId: string): Promise<void> {
  const invoice = await orNull(call('invoices.retrieve', () => client.invoices.retrieve(invoiceId, { expand: EXPAND })))
  const subscription = idOf(invoice?.parent?.subscription_details?.subscription)
  if (!invoice || !subscription || !UNPAID.includes(invoice.status)) return
  for (const { amount, discount: taken } of invoice.total_discount_amounts ?? []) {
    const discount = invoice.discounts.find((one) => typeof one !== 'string' && !one.deleted && one.id === idOf(taken))
    if (amount <= 0 || !discount || typeof discount === 'string' || discount.deleted) continue
    const { coupon } = discount.source
    if (!coupon || typeof coupon === 'string' || coupon.duration !== 'once') continue
    const present = await discountsOfSubscription(client, call, subscription)
    if (present.some(({ id }) => id === discount.id)) continue
    const copy = await copyOf(client, call, `${invoice.id}-${discount.id}`, termsOf(discount, coupon, invoice, amount))
    if (copy.times_redeemed > 0) continue
    await apply(client, call, subscription, [...present.map(({ id }) => ({ discount: id })), { coupon: copy.id }])
  }
}

/** The terms of a coupon for one more invoice. An amount in another currency than that of the coupon is what it took. */
function termsOf(
  discount: Stripe.Discount,
  coupon: Stripe.Coupon,
  { currency }: Stripe.Invoice,
  takenAmount: number,
): Stripe.CouponCreateParams {
  const { promotion_code: promotion } = discount
  const code = promotion && typeof promotion === 'object' ? promotion.code : coupon.metadata?.[PROMOTION_CODE]
  const products = coupon.applies_to?.products ?? []
  const amountOff = coupon.currency === currency && coupon.amount_off ? coupon.amount_off : takenAmount
  return {
    ...(coupon.percent_off ? { percent_off: coupon.percent_off } : { amount_off: amountOff, currency }),
    duration: 'once',
    max_redemptions: 1,
    ...(coupon.name ? { name: coupon.name } : {}),
    ...(products.length > 0 ? { applies_to: { products } } : {}),
    metadata: code ? { [PROMOTION_CODE]: code } : {},
  }
}

async function copyOf(
  client: Stripe,
  call: CallStripe,
  id: string,
  terms: Stripe.CouponCreateParams,
): Promise<Stripe.Coupon> {
  const known = await orNull(call('coupons.retrieve', () => client.coupons.retrieve(id)))
  return known ?? call('coupons.create', () => client.coupons.create({ id, ...terms }, { idempotencyKey: id }))
}

async function apply(
  client: Stripe,
  call: CallStripe,
  subscription: string,
  discounts: Stripe.SubscriptionUpdateParams.Discount[],
): Promise<void> {
  try {
    await call('subscriptions.update', () => client.subscriptions.update(subscription, { discounts }))
  } catch (error) {
    // A concurrent call has redeemed the copy.
    if (!(error instanceof ProviderRejected && error.about === 'PROMOTION')) throw error
  }
}
