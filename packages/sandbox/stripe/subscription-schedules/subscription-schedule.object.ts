import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { idOf } from '../api/id-of.js'
import { firstPeriodEnd } from '../subscriptions/subscription-periods.js'

/** Phase of a schedule with its terms. */
export type Phase = Stripe.SubscriptionSchedule.Phase

/** Schedule created by `from_subscription`: one phase with the unchanged current period. */
export function buildSchedule(world: SandboxState, subscription: Stripe.Subscription): Stripe.SubscriptionSchedule {
  const phase = presentPhase(subscription)
  return {
    id: world.ids.next('sub_sched'),
    object: 'subscription_schedule',
    application: null,
    billing_mode: subscription.billing_mode,
    canceled_at: null,
    completed_at: null,
    created: world.clock.seconds,
    current_phase: { start_date: phase.start_date, end_date: phase.end_date },
    customer: idOf(subscription.customer) ?? '',
    customer_account: null,
    default_settings: {
      application_fee_percent: null,
      automatic_tax: subscription.automatic_tax,
      billing_cycle_anchor: 'automatic',
      billing_thresholds: null,
      collection_method: subscription.collection_method,
      default_payment_method: idOf(subscription.default_payment_method),
      description: null,
      invoice_settings: {
        account_tax_ids: null,
        custom_fields: null,
        days_until_due: subscription.days_until_due,
        description: null,
        footer: null,
        issuer: { type: 'self' },
      },
      on_behalf_of: null,
      transfer_data: null,
    },
    end_behavior: 'release',
    livemode: false,
    metadata: {},
    pause_schedules: [],
    phases: [phase],
    released_at: null,
    released_subscription: null,
    status: 'active',
    subscription: subscription.id,
    test_clock: subscription.test_clock,
  }
}

/** A phase with nothing but its dates and items; everything else is as the schedule's defaults say. */
export function buildPhase(
  given: Pick<Phase, 'items' | 'currency' | 'start_date' | 'end_date'> & Partial<Phase>,
): Phase {
  return {
    add_invoice_items: [],
    application_fee_percent: null,
    billing_cycle_anchor: null,
    billing_thresholds: null,
    collection_method: null,
    default_payment_method: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    invoice_settings: null,
    metadata: {},
    on_behalf_of: null,
    proration_behavior: 'create_prorations',
    transfer_data: null,
    trial_end: null,
    ...given,
  }
}

/** An item of a phase. */
export function buildPhaseItem(
  price: Stripe.Price,
  quantity: number,
  metadata: Record<string, string> = {},
): Phase['items'][number] {
  return {
    billing_thresholds: null,
    discounts: [],
    metadata,
    plan: price.id,
    price: price.id,
    ...(price.recurring?.usage_type === 'metered' ? {} : { quantity }),
    tax_rates: [],
  }
}

function presentPhase(subscription: Stripe.Subscription): Phase {
  return buildPhase({
    currency: subscription.currency,
    items: subscription.items.data.map((item) => buildPhaseItem(item.price, item.quantity ?? 1, item.metadata)),
    start_date: Math.min(...subscription.items.data.map((item) => item.current_period_start)),
    end_date: firstPeriodEnd(subscription),
    discounts: subscription.discounts.map((one) => ({ coupon: null, discount: idOf(one), promotion_code: null })),
    automatic_tax: subscription.automatic_tax,
    default_payment_method: idOf(subscription.default_payment_method),
    trial_end: subscription.status === 'trialing' ? subscription.trial_end : null,
  })
}
