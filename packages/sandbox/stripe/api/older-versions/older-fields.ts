import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import type { Shape } from '#contract/shape.js'
import { presentCoupon } from '#stripe/coupons/coupon.object.js'
import { buildPlan } from '#stripe/prices/price.object.js'
import { isUpTo, type Release } from '../api-version.js'
import { idOf } from '../id-of.js'

type Json = Record<string, unknown>

/** Fields of an object that older versions have and newer ones do not, with their values. */
type OlderFields = Record<string, (world: SandboxState, object: never) => Json>

const UI_MODES: Record<string, string> = { elements: 'custom', embedded_page: 'embedded', hosted_page: 'hosted' }

const UP_TO_CLOVER: OlderFields = {
  'checkout.session': (_world, session: Stripe.Checkout.Session) => ({
    ui_mode: UI_MODES[session.ui_mode ?? ''] ?? session.ui_mode,
  }),
}

const UP_TO_BASIL: OlderFields = {
  discount: (world, { source }: Stripe.Discount) => ({ coupon: couponOf(world, source.coupon) }),
  promotion_code: (world, { promotion }: Stripe.PromotionCode) => ({ coupon: couponOf(world, promotion.coupon) }),
}

const olderTax = ({ amount, tax_behavior, taxability_reason, taxable_amount }: Stripe.Invoice.TotalTax) => ({
  amount,
  inclusive: tax_behavior === 'inclusive',
  tax_rate: null,
  taxability_reason,
  taxable_amount,
})

const UP_TO_ACACIA: OlderFields = {
  subscription: (world, subscription: Stripe.Subscription) => {
    const [item] = subscription.items.data
    return {
      current_period_end: item?.current_period_end ?? null,
      current_period_start: item?.current_period_start ?? null,
      discount: discountOf(world, subscription.discounts),
    }
  },
  invoice: (world, invoice: Stripe.Invoice) => {
    const details = invoice.parent?.subscription_details ?? null
    const { charge, intent, isOutOfBand } = paymentOf(world, invoice)
    const taxes = invoice.total_taxes ?? []
    return {
      application_fee_amount: null,
      charge,
      discount: discountOf(world, invoice.discounts),
      paid: invoice.status === 'paid',
      paid_out_of_band: isOutOfBand,
      payment_intent: intent,
      quote: null,
      subscription: details === null ? null : idOf(details.subscription),
      subscription_details: details === null ? null : { metadata: details.metadata },
      tax: taxes.length === 0 ? null : taxes.reduce((sum, { amount }) => sum + amount, 0),
      total_tax_amounts: taxes.map(olderTax),
      transfer_data: null,
    }
  },
  line_item: (world, line: Stripe.InvoiceLineItem) => {
    const details = line.parent?.subscription_item_details ?? line.parent?.invoice_item_details
    const own = line.parent?.subscription_item_details
    return {
      ...pricingOf(world, line.pricing),
      amount_excluding_tax: line.amount,
      ...(details?.invoice_item == null ? {} : { invoice_item: details.invoice_item }),
      proration: details?.proration ?? false,
      proration_details: { credited_items: details?.proration_details?.credited_items ?? null },
      subscription: details?.subscription ?? null,
      ...(own == null ? {} : { subscription_item: own.subscription_item }),
      tax_amounts: (line.taxes ?? []).map(olderTax),
      tax_rates: [],
      type: own?.invoice_item === null ? 'subscription' : 'invoiceitem',
      unit_amount_excluding_tax: line.pricing?.unit_amount_decimal ?? null,
    }
  },
  invoiceitem: (world, item: Stripe.InvoiceItem) => {
    const details = item.parent?.subscription_details
    const unit = item.pricing?.unit_amount_decimal ?? null
    return {
      ...pricingOf(world, item.pricing),
      subscription: details?.subscription ?? null,
      ...(details?.subscription_item === undefined ? {} : { subscription_item: details.subscription_item }),
      unit_amount: unit === null || !Number.isInteger(Number(unit)) ? null : Number(unit),
      unit_amount_decimal: unit,
    }
  },
  charge: (world, { payment_intent }: Stripe.Charge) => ({ invoice: invoiceOf(world, payment_intent) }),
  payment_intent: (world, { id }: Stripe.PaymentIntent) => ({ invoice: invoiceOf(world, id) }),
  plan: () => ({ aggregate_usage: null }),
}

/** IDs among these fields that can be expanded, by `object.field`. */
const EXPANDABLE: Record<string, Shape> = {
  'charge.invoice': '#Invoice',
  'invoice.charge': '#Charge',
  'invoice.payment_intent': '#PaymentIntent',
  'invoice.subscription': '#Subscription',
  'invoiceitem.subscription': '#Subscription',
  'payment_intent.invoice': '#Invoice',
}

/** The fields that an object has only in this release and older ones. */
export function olderFields(world: SandboxState, release: Release, object: Json): Json {
  const name = String(object['object'])
  const groups = [
    ...(isUpTo(release, 'clover') ? [UP_TO_CLOVER] : []),
    ...(isUpTo(release, 'basil') ? [UP_TO_BASIL] : []),
    ...(isUpTo(release, 'acacia') ? [UP_TO_ACACIA] : []),
  ]
  return Object.assign({}, ...groups.map((group) => group[name]?.(world, object as never) ?? {})) as Json
}

/** An older field that a call expands: its value and shape. Undefined if the release has no such field. */
export function expandableField(
  world: SandboxState,
  release: Release,
  object: Json,
  key: string,
): { value: unknown; shape: Shape } | undefined {
  const fields = olderFields(world, release, object)
  if (!(key in fields)) return undefined
  return { value: fields[key], shape: EXPANDABLE[`${String(object['object'])}.${key}`] ?? 'any' }
}

function couponOf(world: SandboxState, given: string | Stripe.Coupon | null): Stripe.Coupon | null {
  const id = idOf(given) ?? ''
  const coupon = world.store.get('coupon', id) ?? world.store.get('deleted_coupon', id)
  return coupon === undefined ? null : presentCoupon(world, coupon)
}

function discountOf(world: SandboxState, discounts: readonly unknown[]): Json | null {
  const discount = world.store.get('discount', idOf(discounts[0] as string | undefined) ?? '')
  return discount === undefined ? null : { ...discount, coupon: couponOf(world, discount.source.coupon) }
}

function paymentOf(world: SandboxState, invoice: Stripe.Invoice) {
  const payments = world.store.by('invoice_payment', 'invoice', invoice.id ?? '')
  const payment = payments.find(({ status }) => status !== 'canceled')
  const intent = world.store.get('payment_intent', idOf(payment?.payment.payment_intent) ?? '')
  const isOutOfBand = invoice.status === 'paid' && invoice.amount_due > 0 && intent?.status !== 'succeeded'
  return { intent: intent?.id ?? null, charge: idOf(intent?.latest_charge), isOutOfBand }
}

function invoiceOf(world: SandboxState, intent: string | Stripe.PaymentIntent | null): string | null {
  const [payment] = world.store.by('invoice_payment', 'payment_intent', idOf(intent) ?? '')
  return idOf(payment?.invoice)
}

function pricingOf(world: SandboxState, pricing: Stripe.InvoiceLineItem['pricing']) {
  const price = world.store.get('price', idOf(pricing?.price_details?.price) ?? '') ?? null
  return { plan: price?.recurring == null ? null : buildPlan(price), price }
}
