import type { Stripe } from 'stripe'
import { ProviderRejected } from '#services/billing/providers/provider-errors.js'
import { monthsFor, periodsUntil } from '#services/catalog/products/interval.js'
import { DISCOUNT_EXPAND, PROMOTION_CODE } from './read-discounts.js'
import { idOf } from './read-objects.js'
import { intervalOf } from './stripe-offers.js'
import { orNull, type CallStripe } from './stripe-errors.js'

const EXPAND = [...DISCOUNT_EXPAND, 'discounts.source.coupon.applies_to']

/** Statuses of an invoice that brought no money. */
const UNPAID: readonly (Stripe.Invoice.Status | null)[] = ['void', 'uncollectible']

/** Invoices of a whole period: only those use a discount for several months up. */
const OF_PERIOD: readonly (Stripe.Invoice.BillingReason | null)[] = ['subscription_create', 'subscription_cycle']

/** Metadata of a copy: the discount that was for several months. */
const COPY_OF = 'copy_of'

type Call = [client: Stripe, call: CallStripe]

/**
 * Restores the discounts that an unpaid invoice of a subscription used up. Stripe ends a discount for one invoice with the draft
 * of it, and one for several months at its date, and cannot apply either again: a copy of its coupon takes its place, for one redemption, so that no
 * other customer has a redemption less. A copy for several months ends one period later. The ID of the copy is made from the invoice, and its count of
 * redemptions shows whether the discount was restored: a repeated call has no effect.
 */
export async function restoreDiscounts(client: Stripe, call: CallStripe, invoiceId: string): Promise<void> {
  const invoice = await orNull(call('invoices.retrieve', () => client.invoices.retrieve(invoiceId, { expand: EXPAND })))
  const subscription = idOf(invoice?.parent?.subscription_details?.subscription)
  if (!invoice || !subscription || !UNPAID.includes(invoice.status)) return
  for (const { amount, discount: taken } of invoice.total_discount_amounts ?? []) {
    const discount = invoice.discounts.find((one) => typeof one !== 'string' && !one.deleted && one.id === idOf(taken))
    if (amount <= 0 || !discount || typeof discount === 'string' || discount.deleted) continue
    const { coupon } = discount.source
    if (!coupon || typeof coupon === 'string' || coupon.duration === 'forever') continue
    await restore([client, call], subscription, { invoice, discount, coupon, amount })
  }
}

/** A discount, and what an unpaid invoice took from it. */
interface TakenDiscount {
  readonly invoice: Stripe.Invoice
  readonly discount: Stripe.Discount
  readonly coupon: Stripe.Coupon
  readonly amount: number
}

async function restore([client, call]: Call, id: string, taken: TakenDiscount): Promise<void> {
  const { invoice, discount, coupon } = taken
  const subscription = await call('subscriptions.retrieve', () =>
    client.subscriptions.retrieve(id, { expand: DISCOUNT_EXPAND }),
  )
  const present = subscription.discounts.filter((one) => typeof one !== 'string')
  const copied = coupon.metadata?.[COPY_OF] ?? (coupon.duration === 'repeating' ? discount.id : null)
  if (coupon.duration === 'repeating' && !OF_PERIOD.includes(invoice.billing_reason)) return
  if (coupon.duration === 'once' && present.some((one) => one.id === discount.id)) return
  const replaced = present.filter((one) => one.id === copied || metadataOf(one)?.[COPY_OF] === copied)
  const kept = present.filter((one) => !copied || !replaced.includes(one))
  const duration = copied ? durationOf(subscription, replaced) : ONCE
  const terms = { ...termsOf(taken, copied), ...duration }
  const copy = await copyOf([client, call], `${invoice.id}-${discount.id}`, terms)
  if (copy.times_redeemed > 0) return
  await apply([client, call], id, [...kept.map((one) => ({ discount: one.id })), { coupon: copy.id }])
}

const metadataOf = ({ source: { coupon } }: Stripe.Discount): Stripe.Metadata | null =>
  coupon && typeof coupon !== 'string' ? coupon.metadata : null

const ONCE = { duration: 'once' } as const

/** For the invoices that discounts would still take something from, and one more. */
function durationOf(
  { items }: Stripe.Subscription,
  replaced: readonly Stripe.Discount[],
): Pick<Stripe.CouponCreateParams, 'duration' | 'duration_in_months'> {
  const [item] = items.data
  if (!item?.price.recurring) return ONCE
  const next = new Date(item.current_period_end * 1000)
  const interval = intervalOf(item.price.recurring)
  const invoices = replaced
    .map(({ end }) => (end === null ? 1 : periodsUntil(next, interval, new Date(end * 1000))))
    .reduce((sum, count) => sum + count, 1)
  return invoices === 1 ? ONCE : { duration: 'repeating', duration_in_months: monthsFor(next, interval, invoices) }
}

/** The terms of a coupon for one more redemption. An amount in another currency than that of the coupon is what it took. */
function termsOf(
  { invoice: { currency }, discount, coupon, amount }: TakenDiscount,
  copied: string | null,
): Stripe.CouponCreateParams {
  const { promotion_code: promotion } = discount
  const code = promotion && typeof promotion === 'object' ? promotion.code : coupon.metadata?.[PROMOTION_CODE]
  const products = coupon.applies_to?.products ?? []
  const amountOff = coupon.currency === currency && coupon.amount_off ? coupon.amount_off : amount
  return {
    ...(coupon.percent_off ? { percent_off: coupon.percent_off } : { amount_off: amountOff, currency }),
    max_redemptions: 1,
    ...(coupon.name ? { name: coupon.name } : {}),
    ...(products.length > 0 ? { applies_to: { products } } : {}),
    metadata: { ...(code ? { [PROMOTION_CODE]: code } : {}), ...(copied ? { [COPY_OF]: copied } : {}) },
  }
}

async function copyOf([client, call]: Call, id: string, terms: Stripe.CouponCreateParams): Promise<Stripe.Coupon> {
  const known = await orNull(call('coupons.retrieve', () => client.coupons.retrieve(id)))
  return known ?? call('coupons.create', () => client.coupons.create({ id, ...terms }, { idempotencyKey: id }))
}

async function apply(
  [client, call]: Call,
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
