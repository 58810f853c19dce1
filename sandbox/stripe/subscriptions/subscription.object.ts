import type Stripe from 'stripe'
import type { World } from '../../world.js'
import { wholeList } from '../api/list.js'
import { buildPlan } from '../prices/price.object.js'

/** What a subscription is made of. All times in seconds. */
export interface SubscriptionInput {
  id: string
  customer: string
  currency: string
  items: { price: Stripe.Price; quantity: number }[]
  paymentMethod: string | null
  metadata: Record<string, string>
  latestInvoice: string
  period: { start: number; end: number }
  /** When the trial ends, or null without one. */
  trialEnd: number | null
}

/** A new subscription that is paid for (or on trial), complete. Periods stand on its items. */
export function buildSubscription(world: World, input: SubscriptionInput): Stripe.Subscription {
  const now = world.clock.seconds
  return {
    id: input.id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: input.trialEnd ?? now,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    collection_method: 'charge_automatically',
    created: now,
    currency: input.currency,
    customer: input.customer,
    customer_account: null,
    days_until_due: null,
    default_payment_method: input.paymentMethod,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    items: wholeList(
      input.items.map((item) => buildSubscriptionItem(world, input, item)),
      `/v1/subscription_items?subscription=${input.id}`,
    ),
    latest_invoice: input.latestInvoice,
    livemode: false,
    managed_payments: null,
    metadata: input.metadata,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: { payment_method_options: null, payment_method_types: null, save_default_payment_method: 'off' },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: now,
    status: input.trialEnd === null ? 'active' : 'trialing',
    test_clock: null,
    transfer_data: null,
    trial_end: input.trialEnd,
    trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method: 'create_invoice' } },
    trial_start: input.trialEnd === null ? null : now,
  }
}

function buildSubscriptionItem(
  world: World,
  input: SubscriptionInput,
  { price, quantity }: SubscriptionInput['items'][number],
): Stripe.SubscriptionItem {
  return {
    id: world.ids.next('si', 14),
    object: 'subscription_item',
    billing_thresholds: null,
    created: world.clock.seconds,
    current_period_end: input.period.end,
    current_period_start: input.period.start,
    current_trial: null,
    discounts: [],
    metadata: {},
    plan: buildPlan(price),
    price,
    quantity,
    subscription: input.id,
    tax_rates: [],
  }
}
