import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { createPreview } from '../invoices/create-preview.js'
import { endSubscription } from '../subscriptions/end-subscription.js'
import { subscriptionUpdate } from '../subscriptions/subscription.input.js'
import { updateSubscription } from '../subscriptions/update-subscription.js'

type Behavior = 'always_invoice' | 'create_prorations' | 'none'

/** Settings of the portal's configuration for switching plans. */
type SwitchRules = Pick<
  Stripe.BillingPortal.Configuration.Features.SubscriptionUpdate,
  'billing_cycle_anchor' | 'proration_behavior'
>

/** The item that a customer switches, and to what. */
export interface PlanSwitch {
  item: string
  price: Stripe.Price
  quantity: number
}

/** Amount that a switch bills today or on the next invoice. */
export function previewSwitch(
  world: SandboxState,
  subscription: Stripe.Subscription,
  change: PlanSwitch,
  rules: SwitchRules,
): Stripe.Invoice {
  return createPreview(world, {
    subscription: subscription.id,
    subscription_details: {
      ...anchorOf(rules),
      items: [{ id: change.item, price: change.price.id, quantity: change.quantity }],
      proration_behavior: rules.proration_behavior as Behavior,
    },
  })
}

/** Switches a customer's plan by the portal's configuration. A failed payment leaves the plan unchanged. */
export function switchInPortal(
  world: SandboxState,
  subscription: Stripe.Subscription,
  change: PlanSwitch,
  rules: SwitchRules,
): void {
  updateSubscription(world, subscription, {
    ...anchorOf(rules),
    items: [{ id: change.item, price: change.price.id, quantity: change.quantity }],
    proration_behavior: rules.proration_behavior as Behavior,
    payment_behavior: 'error_if_incomplete',
  })
}

function anchorOf({ billing_cycle_anchor: anchor }: SwitchRules): { billing_cycle_anchor?: 'now' | 'unchanged' } {
  if (anchor === 'now') return { billing_cycle_anchor: 'now' }
  return anchor === 'unchanged' ? { billing_cycle_anchor: 'unchanged' } : {}
}

/** Ends a plan immediately or at its period's end, with the given reason. */
export function cancelInPortal(
  world: SandboxState,
  subscription: Stripe.Subscription,
  rules: Stripe.BillingPortal.Configuration.Features.SubscriptionCancel,
  feedback: string,
): void {
  const given = subscriptionUpdate.shape.cancellation_details.safeParse({ feedback })
  const details = given.success ? given.data : undefined
  if (rules.mode === 'at_period_end') {
    updateSubscription(world, subscription, { cancel_at_period_end: true, cancellation_details: details })
    return
  }
  endSubscription(world, subscription.id, {
    details: details?.feedback === undefined ? {} : { feedback: details.feedback },
    prorate: rules.proration_behavior !== 'none',
    invoiceNow: rules.proration_behavior === 'always_invoice',
  })
}

/** Takes a planned end back. */
export function keepInPortal(world: SandboxState, subscription: Stripe.Subscription): void {
  updateSubscription(
    world,
    subscription,
    subscription.cancel_at_period_end ? { cancel_at_period_end: false } : { cancel_at: null },
  )
}
