import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import type { InvoiceTerms } from '../invoices/invoice-terms.js'
import { testClockOf } from '../test-clocks/test-clock.object.js'
import { wholeList } from '../api/list.js'
import { buildPlan } from '../prices/price.object.js'

/** Recurring price of a subscription with its quantity. */
export interface NewItem {
  price: Stripe.Price
  quantity: number
  metadata?: Record<string, string>
}

/** Input of a subscription. All times are in seconds. */
export interface SubscriptionInput {
  id: string
  customer: string
  currency: string
  items: NewItem[]
  paymentMethod: string | null
  metadata: Record<string, string>
  description: string | null
  latestInvoice: string | null
  status: Stripe.Subscription.Status
  /** The first period of a price. */
  periodOf: (price: Stripe.Price) => { start: number; end: number }
  /** When the trial ends, or null without one. */
  trialEnd: number | null
  /** The moment that billing dates are counted from; the trial's end or now, when null. */
  billingCycleAnchor: number | null
  missingPaymentMethod: 'cancel' | 'create_invoice' | 'pause'
  saveDefaultPaymentMethod: 'off' | 'on_subscription'
  automaticTax: boolean
  terms: InvoiceTerms
}

/** Complete new subscription. Its items contain the periods. */
export function buildSubscription(world: SandboxState, input: SubscriptionInput): Stripe.Subscription {
  const now = world.clock.seconds
  return {
    id: input.id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: automaticTax(input.automaticTax),
    billing_cycle_anchor: input.billingCycleAnchor ?? input.trialEnd ?? now,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    ...input.terms,
    created: now,
    currency: input.currency,
    customer: input.customer,
    customer_account: null,
    default_payment_method: input.paymentMethod,
    default_source: null,
    default_tax_rates: [],
    description: input.description,
    discounts: [],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    items: itemList(
      input.id,
      input.items.map((item) => buildSubscriptionItem(world, input.id, item, input.periodOf(item.price))),
    ),
    latest_invoice: input.latestInvoice,
    livemode: false,
    managed_payments: null,
    metadata: input.metadata,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: input.saveDefaultPaymentMethod,
    },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: now,
    status: input.status,
    test_clock: testClockOf(world, input.customer),
    transfer_data: null,
    trial_end: input.trialEnd,
    trial_settings: {
      end_behavior: { billing_cycle_anchor: null, missing_payment_method: input.missingPaymentMethod },
    },
    trial_start: input.trialEnd === null ? null : now,
  }
}

/** A new item, complete. Metered ones have no quantity: their usage is the quantity. */
export function buildSubscriptionItem(
  world: SandboxState,
  subscription: string,
  { price, quantity, metadata }: NewItem,
  period: { start: number; end: number },
): Stripe.SubscriptionItem {
  return {
    id: world.ids.next('si', 14),
    object: 'subscription_item',
    billing_thresholds: null,
    created: world.clock.seconds,
    current_period_end: period.end,
    current_period_start: period.start,
    current_trial: null,
    discounts: [],
    metadata: metadata ?? {},
    plan: buildPlan(price),
    price,
    ...(price.recurring?.usage_type === 'metered' ? {} : { quantity }),
    subscription,
    tax_rates: [],
  }
}

/** Items as their subscription shows them. */
export function itemList(subscription: string, items: Stripe.SubscriptionItem[]) {
  return wholeList(items, `/v1/subscription_items?subscription=${subscription}`)
}

/** Taxes are worked out on invoices, at the rate of the settings. */
export function automaticTax(enabled: boolean): Stripe.Subscription.AutomaticTax {
  return { disabled_reason: null, enabled, liability: enabled ? { type: 'self' } : null }
}
