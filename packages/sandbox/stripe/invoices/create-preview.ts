import { z } from 'zod'
import type Stripe from 'stripe'
import { tryOut, type SandboxState } from '#sandbox-state.js'
import { boolean, currency, integer, mergeMetadata, metadata, text, unsupported } from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { invalid, missing, StripeError } from '../api/stripe-error.js'
import { requireCustomer } from '../customers/require-customer.js'
import { discountInput, findRedeemable, redeemDiscounts } from '../discounts/redeem-discounts.js'
import { createPricedItem, pendingInvoiceItems } from '../invoice-items/invoice-item.object.js'
import { renewalTerms } from '../subscription-schedules/enter-phase.js'
import { firstPeriodEnd } from '../subscriptions/subscription-periods.js'
import { requireCurrency, requireRecurring, resolvePrice } from '../prices/resolve-price.js'
import { createSubscription } from '../subscriptions/create-subscription.js'
import { draftChange } from '../subscriptions/change-subscription.js'
import { decideChange } from '../subscriptions/decide-change.js'
import { decideProrations } from '../subscriptions/decide-prorations.js'
import { beginPeriod } from '../subscriptions/renew-subscription.js'
import { anchorChange, itemChange } from '../subscriptions/subscription.input.js'
import { requireLiving } from '../subscriptions/subscription.routes.js'
import { recurringAmount } from '../subscriptions/update-subscription.js'
import { writeProrations } from '../subscriptions/write-prorations.js'
import { priceData } from '../prices/price-data.js'
import { draftInvoice } from './draft-invoice.js'
import { usageLines } from './subscription-lines.js'

const previewItem = z.strictObject({
  amount: integer.optional(),
  currency: currency.optional(),
  description: text.optional(),
  price: text.optional(),
  price_data: priceData.optional(),
  quantity: integer.optional(),
  metadata: metadata.optional(),
})

/** Input of an invoice preview: an existing or hypothetical subscription and a change of it. */
export const previewInput = z.strictObject({
  customer: text.optional(),
  subscription: text.optional(),
  schedule: text.optional(),
  currency: currency.optional(),
  discounts: z.union([z.literal('').transform(() => []), discountInput]).optional(),
  invoice_items: z.array(previewItem).max(50).optional(),
  preview_mode: z.literal('next').optional(),
  automatic_tax: z.strictObject({ enabled: boolean, liability: unsupported }).optional(),
  subscription_details: z
    .strictObject({
      items: z.array(itemChange).max(20).optional(),
      billing_cycle_anchor: anchorChange.optional(),
      cancel_now: boolean.optional(),
      proration_behavior: z.enum(['always_invoice', 'create_prorations', 'none']).optional(),
      proration_date: integer.optional(),
      trial_end: z.union([z.literal('now'), integer]).optional(),
      billing_mode: z.strictObject({ type: z.literal('flexible'), flexible: unsupported }).optional(),
    })
    .optional(),
})

type Preview = z.output<typeof previewInput>

/**
 * The invoice that a change or the next renewal would make. It runs the code that would make it, stops at the draft, and
 * takes everything back.
 */
export function createPreview(world: SandboxState, input: Preview): Stripe.Invoice {
  return tryOut(world, () => {
    const draft = draftOf(world, input)
    return { ...draft, id: `upcoming_${draft.id}`, automatically_finalizes_at: null }
  })
}

function draftOf(world: SandboxState, input: Preview): Stripe.Invoice {
  if (input.schedule !== undefined) return ofSchedule(world, input.schedule, input)
  if (input.subscription !== undefined)
    return ofSubscription(world, subscriptionOfCustomer(world, input.subscription, input.customer), input)
  const customer = requireCustomer(world, input.customer ?? '', 'customer')
  if (input.subscription_details?.items !== undefined) return ofNewSubscription(world, customer, input)
  const pending = pendingOf(world, customer, null, input.currency ?? customer.currency ?? 'usd', input)
  if (pending.length === 0) throw noUpcomingInvoice(customer)
  const now = world.clock.seconds
  return draftInvoice(world, {
    customer,
    subscription: null,
    currency: pending[0]?.currency ?? 'usd',
    reason: 'upcoming',
    period: { start: now, end: now },
    lines: [],
    pending,
  })
}

/** The next invoice of a subscription whose phases a schedule sets. */
function ofSchedule(world: SandboxState, id: string, input: Preview): Stripe.Invoice {
  const other = (['subscription', 'subscription_details'] as const).find((param) => input[param] !== undefined)
  if (other !== undefined) throw invalid(`You may only specify one of these parameters: schedule, ${other}.`, other)
  const schedule = world.store.get('subscription_schedule', id)
  if (schedule === undefined) throw missing('subscription schedule', id, 'schedule', 404)
  const subscription = requireLiving(world, idOf(schedule.subscription) ?? '', 'schedule', 404)
  const customer = requireCustomer(world, idOf(subscription.customer) ?? '', 'schedule')
  const present = withDiscounts(world, subscription, input)
  const terms = renewalTerms(world, present, firstPeriodEnd(present))
  if (terms === null || endsFirst(subscription)) throw noUpcomingInvoice(customer)
  return { ...beginPeriod(world, terms.subscription).invoice, billing_reason: 'upcoming' }
}

/** True if the subscription ends with the period that ends first, so that nothing renews. */
const endsFirst = (subscription: Stripe.Subscription): boolean =>
  subscription.cancel_at_period_end ||
  (subscription.cancel_at !== null && subscription.cancel_at <= firstPeriodEnd(subscription))

const noUpcomingInvoice = ({ id }: Stripe.Customer): StripeError =>
  new StripeError(404, 'invalid_request_error', {
    code: 'invoice_upcoming_none',
    message: `No upcoming invoices for customer: ${id}`,
  })

function subscriptionOfCustomer(world: SandboxState, id: string, customer: string | undefined): Stripe.Subscription {
  const subscription = requireLiving(world, id, 'subscription', 404)
  if (customer === undefined || customer === idOf(subscription.customer)) return subscription
  throw new StripeError(404, 'invalid_request_error', {
    code: 'resource_missing',
    message: `Customer ${customer} does not have a subscription with ID ${id}`,
    param: 'subscription',
  })
}

function ofSubscription(world: SandboxState, subscription: Stripe.Subscription, input: Preview): Stripe.Invoice {
  const customer = world.store.need('customer', idOf(subscription.customer) ?? '')
  const present = withDiscounts(world, subscription, input)
  pendingOf(world, customer, present.id, present.currency, input)
  const details = input.subscription_details
  if (details === undefined && endsFirst(present)) throw noUpcomingInvoice(customer)
  if (details?.cancel_now === true)
    return ofCancellation(world, customer, present, details.proration_behavior ?? 'create_prorations')
  const plan = decideChange(world, present, {
    items: details?.items ?? [],
    trialEnd: details?.trial_end,
    billingCycleAnchor: details?.billing_cycle_anchor,
    prorationBehavior: details?.proration_behavior ?? 'create_prorations',
    prorationDate: details?.proration_date,
  })
  writeProrations(world, present, plan.prorations)
  const now = plan.invoiceNow ? draftChange(world, plan) : null
  return now ?? { ...beginPeriod(world, plan.after).invoice, billing_reason: 'upcoming' }
}

function ofCancellation(
  world: SandboxState,
  customer: Stripe.Customer,
  subscription: Stripe.Subscription,
  behavior: string,
): Stripe.Invoice {
  if (behavior !== 'none') {
    const { prorations } = decideProrations(world, subscription, [], world.clock.seconds, true)
    writeProrations(world, subscription, prorations)
  }
  const now = world.clock.seconds
  return draftInvoice(world, {
    customer,
    subscription,
    currency: subscription.currency,
    reason: 'upcoming',
    period: { start: now, end: now },
    lines: usageLines(world, subscription),
    pending: pendingInvoiceItems(world, customer.id, subscription.id, subscription.currency),
  })
}

function ofNewSubscription(world: SandboxState, customer: Stripe.Customer, input: Preview): Stripe.Invoice {
  const changes = input.subscription_details?.items ?? []
  const items = changes.map((item, index) => ({
    price: resolvePrice(world, item, `subscription_details[items][${index}]`),
    quantity: item.quantity ?? 1,
  }))
  const code = input.currency ?? items[0]?.price.currency ?? 'usd'
  for (const { price } of items) requireRecurring(world, price, code, 'subscription_details[items]')
  pendingOf(world, customer, null, code, input)
  const end = input.subscription_details?.trial_end
  const order = { customer: customer.id, amount: 0, currency: code }
  const { invoice } = createSubscription(world, {
    customer,
    currency: code,
    items,
    oneTime: [],
    paymentMethod: null,
    metadata: {},
    trialEnd: typeof end === 'number' ? end : null,
    discounts: (input.discounts ?? []).map((given) => findRedeemable(world, given, order)),
    sure: false,
  })
  if (invoice === null) throw new Error('a new subscription without a first part has an invoice')
  return { ...invoice, status: 'draft', number: null, hosted_invoice_url: null, invoice_pdf: null }
}

/** Discounts of the preview take the place of the subscription's. */
function withDiscounts(world: SandboxState, subscription: Stripe.Subscription, input: Preview): Stripe.Subscription {
  if (input.discounts === undefined) return subscription
  const holder = {
    customer: idOf(subscription.customer),
    subscription: subscription.id,
    amount: recurringAmount(world, subscription, input.subscription_details?.items ?? []),
    currency: subscription.currency,
  }
  const discounts = redeemDiscounts(world, input.discounts, holder)
  return world.store.put('subscription', { ...subscription, discounts: discounts.map(({ id }) => id) })
}

/** The items that wait, and those that the preview imagines. */
function pendingOf(
  world: SandboxState,
  customer: Stripe.Customer,
  subscription: string | null,
  code: string,
  input: Preview,
): Stripe.InvoiceItem[] {
  for (const [index, item] of (input.invoice_items ?? []).entries()) {
    const param = `invoice_items[${index}]`
    const price = item.amount === undefined ? resolvePrice(world, item, param) : null
    if (price !== null) requireCurrency(world, price, code, param)
    createPricedItem(world, {
      customer: customer.id,
      currency: item.currency ?? code,
      what: price === null ? { amount: item.amount ?? 0 } : { price, quantity: item.quantity ?? 1 },
      description: item.description,
      subscription,
      metadata: mergeMetadata({}, item.metadata),
    })
  }
  return pendingInvoiceItems(world, customer.id, subscription, code)
}
