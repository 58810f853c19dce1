import type Stripe from 'stripe'
import { days } from '#time/periods.js'
import type { SandboxState } from '#sandbox-state.js'
import { firstPeriodEnd } from './subscription-periods.js'

const TRIAL_NOTICE_DAYS = 3

/**
 * Plans what will happen to a subscription by itself: its renewal, the notice before a trial ends, its end. The notice is
 * planned again only when the trial's end has moved since `before` (null for a new subscription): it is given once.
 */
export function scheduleNext(
  world: SandboxState,
  subscription: Stripe.Subscription,
  before: Stripe.Subscription | null,
): void {
  world.due.schedule('subscription.renew', subscription.id, firstPeriodEnd(subscription) * 1000)
  planTrialNotice(world, subscription, before)
  scheduleEnd(world, subscription)
}

/** Schedules the requested end, unless it is the period end, which the renewal handles. */
export function scheduleEnd(world: SandboxState, subscription: Stripe.Subscription): void {
  world.due.cancel('subscription.cancel', subscription.id)
  if (subscription.cancel_at !== null && !subscription.cancel_at_period_end)
    world.due.schedule('subscription.cancel', subscription.id, subscription.cancel_at * 1000)
}

function planTrialNotice(
  world: SandboxState,
  subscription: Stripe.Subscription,
  before: Stripe.Subscription | null,
): void {
  const { id, status, trial_end: trialEnd } = subscription
  if (status !== 'trialing' || trialEnd === null) return world.due.cancel('subscription.trial_will_end', id)
  if (before?.trial_end === trialEnd) return
  // A trial shorter than the notice period publishes its end immediately.
  const notice = Math.max(trialEnd - days(TRIAL_NOTICE_DAYS), world.clock.seconds)
  world.due.schedule('subscription.trial_will_end', id, notice * 1000)
}

/** Takes everything back that was planned for a subscription. */
export function clearSchedule(world: SandboxState, id: string): void {
  for (const kind of ['renew', 'trial_will_end', 'cancel', 'expire', 'unpause', 'pending_update'] as const)
    world.due.cancel(`subscription.${kind}`, id)
}
