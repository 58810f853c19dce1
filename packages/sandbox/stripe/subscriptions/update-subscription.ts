import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { mergeMetadata } from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { invalid } from '../api/stripe-error.js'
import { redeemDiscounts } from '../discounts/redeem-discounts.js'
import { emitEvent } from '../events/emit-event.js'
import { invoiceTerms, termsOf } from '../invoices/invoice-terms.js'
import { createPricedItem } from '../invoice-items/invoice-item.object.js'
import { priceAmount } from '../prices/price-amount.js'
import { requireCurrency, resolvePrice } from '../prices/resolve-price.js'
import { changeSubscription } from './change-subscription.js'
import { ownMethod } from './open-subscription.js'
import { cancellation, withDetails } from './requested-end.js'
import { scheduleEnd } from './schedule-subscription.js'
import { automaticTax } from './subscription.object.js'
import type { ItemChange, SubscriptionUpdate } from './subscription.input.js'
import { firstPeriod } from './subscription-periods.js'

/** Updates a subscription: first fields without billing effects, then items and their bills. */
export function updateSubscription(
  world: SandboxState,
  before: Stripe.Subscription,
  input: SubscriptionUpdate,
): Stripe.Subscription {
  requireBillable(before, input)
  const isBilled = input.items !== undefined || input.trial_end !== undefined || input.billing_cycle_anchor === 'now'
  // Discounts of an update that waits for its payment wait with it.
  const waits = isBilled && input.payment_behavior === 'pending_if_incomplete'
  const discounts = discountsOf(world, before, input)
  const { object, previous } = changeObject(world, 'subscription', before.id, {
    ...plainFields(world, before, input),
    ...cancellation(world, before, input),
    ...(waits ? {} : discounts),
  })
  if (Object.keys(previous).length > 0) emitEvent(world, 'customer.subscription.updated', object, previous)
  scheduleEnd(world, object)
  planUnpause(world, object)
  addInvoiceItems(world, object, input)
  if (!isBilled) return object
  return changeSubscription(
    world,
    waits ? { ...object, ...discounts } : object,
    {
      items: input.items ?? [],
      trialEnd: input.trial_end,
      billingCycleAnchor: input.billing_cycle_anchor,
      prorationBehavior: input.proration_behavior ?? 'create_prorations',
      prorationDate: input.proration_date,
    },
    {
      behavior: input.payment_behavior ?? 'allow_incomplete',
      presence: input.off_session === true ? 'off_session' : 'on_session',
    },
  )
}

/** Parameters allowed together with `pending_if_incomplete`: only billed changes can wait for their payment. */
const CAN_WAIT = new Set([
  'add_invoice_items',
  'billing_cycle_anchor',
  'discounts',
  'items',
  'off_session',
  'payment_behavior',
  'proration_behavior',
  'proration_date',
  'trial_end',
])

function requireBillable({ collection_method: method }: Stripe.Subscription, input: SubscriptionUpdate): void {
  if (input.payment_behavior !== 'pending_if_incomplete') return
  if (method === 'send_invoice')
    throw invalid(
      '`pending_if_incomplete` can only be used with `collection_method=charge_automatically`.',
      'payment_behavior',
    )
  const other = Object.entries(input).find(([name, value]) => value !== undefined && !CAN_WAIT.has(name))?.[0]
  if (other === undefined) return
  throw invalid(
    `When \`payment_behavior\` is set to \`pending_if_incomplete\`, \`${other}\` cannot be changed at the same time.`,
    other,
  )
}

function plainFields(
  world: SandboxState,
  before: Stripe.Subscription,
  input: SubscriptionUpdate,
): Partial<Stripe.Subscription> {
  const customer = world.store.need('customer', idOf(before.customer) ?? '')
  const method = input.default_payment_method
  const missing = input.trial_settings?.end_behavior.missing_payment_method
  const save = input.payment_settings?.save_default_payment_method
  return {
    metadata: mergeMetadata(before.metadata, input.metadata),
    ...invoiceTerms(input, termsOf(before), customer),
    ...(input.description === undefined ? {} : { description: input.description }),
    ...(input.automatic_tax === undefined ? {} : { automatic_tax: automaticTax(input.automatic_tax.enabled) }),
    ...(method === undefined
      ? {}
      : { default_payment_method: method === '' ? null : ownMethod(world, method, customer).id }),
    ...(missing === undefined
      ? {}
      : { trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method: missing } } }),
    ...(save === undefined || before.payment_settings === null
      ? {}
      : { payment_settings: { ...before.payment_settings, save_default_payment_method: save } }),
    ...(input.cancellation_details === undefined
      ? {}
      : { cancellation_details: withDetails(before, input.cancellation_details) }),
    ...(input.pause_collection === undefined ? {} : { pause_collection: pauseOf(input.pause_collection) }),
  }
}

function pauseOf(
  wanted: NonNullable<SubscriptionUpdate['pause_collection']> | null,
): Stripe.Subscription.PauseCollection | null {
  return wanted === null ? null : { behavior: wanted.behavior, resumes_at: wanted.resumes_at ?? null }
}

/** The given discounts replace the earlier ones. Kept ones are named by their ID. */
function discountsOf(
  world: SandboxState,
  before: Stripe.Subscription,
  input: SubscriptionUpdate,
): Partial<Stripe.Subscription> {
  if (input.discounts === undefined) return {}
  const customer = idOf(before.customer)
  const discounts = redeemDiscounts(world, input.discounts, {
    customer,
    subscription: before.id,
    amount: recurringAmount(world, before, input.items ?? []),
    currency: before.currency,
  })
  const kept = discounts.map(({ id }) => id)
  for (const gone of before.discounts.map((one) => idOf(one) ?? '').filter((id) => !kept.includes(id))) {
    world.due.cancel('discount.end', gone)
    emitEvent(world, 'customer.discount.deleted', world.store.need('discount', gone))
  }
  return { discounts: kept }
}

/** Price of the subscription with changed items per period, before discounts. */
export function recurringAmount(
  world: SandboxState,
  subscription: Stripe.Subscription,
  changes: readonly ItemChange[],
): number {
  const amountOf = ({ price, quantity }: { price: Stripe.Price; quantity: number }) =>
    priceAmount(world, price, subscription.currency, quantity)
  const known = subscription.items.data.map(({ id, price, quantity }) => ({ id, price, quantity: quantity ?? 0 }))
  const unchanged = known.filter(({ id }) => !changes.some((change) => change.id === id))
  const changed = changes
    .filter(({ deleted }) => deleted !== true)
    .map((change, index) => {
      const before = known.find(({ id }) => id === change.id)
      const hasPrice = change.price !== undefined || change.price_data !== undefined || before === undefined
      return {
        price: hasPrice ? resolvePrice(world, change, `items[${index}]`) : before.price,
        quantity: change.quantity ?? before?.quantity ?? 1,
      }
    })
  return [...unchanged, ...changed].reduce((sum, item) => sum + amountOf(item), 0)
}

function addInvoiceItems(world: SandboxState, subscription: Stripe.Subscription, input: SubscriptionUpdate): void {
  for (const [index, item] of (input.add_invoice_items ?? []).entries()) {
    const param = `add_invoice_items[${index}]`
    const price = resolvePrice(world, item, param)
    requireCurrency(world, price, subscription.currency, param)
    createPricedItem(world, {
      customer: idOf(subscription.customer) ?? '',
      currency: subscription.currency,
      what: { price, quantity: item.quantity ?? 1 },
      subscription: subscription.id,
      period: firstPeriod(subscription),
      metadata: mergeMetadata({}, item.metadata),
    })
  }
}

function planUnpause(world: SandboxState, { id, pause_collection }: Stripe.Subscription): void {
  world.due.cancel('subscription.unpause', id)
  if (pause_collection?.resumes_at != null)
    world.due.schedule('subscription.unpause', id, pause_collection.resumes_at * 1000)
}
