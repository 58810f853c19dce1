import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { idOf } from '../api/id-of.js'
import { invalid } from '../api/stripe-error.js'

/** The schedule that is attached to a subscription; undefined without one. */
export function attachedSchedule(
  world: SandboxState,
  subscription: Pick<Stripe.Subscription, 'schedule'>,
): Stripe.SubscriptionSchedule | undefined {
  return world.store.get('subscription_schedule', idOf(subscription.schedule) ?? '')
}

/** The first phase that has not begun; undefined when nothing more will change. */
export function nextPhase({
  phases,
  current_phase: current,
}: Stripe.SubscriptionSchedule): Stripe.SubscriptionSchedule.Phase | undefined {
  return phases.find((phase) => current !== null && phase.start_date >= current.end_date)
}

/** While a schedule is attached, its `end_behavior` says how the subscription ends. */
export function refuseManagedEnd({ schedule }: Pick<Stripe.Subscription, 'schedule'>, param: string): void {
  const id = idOf(schedule)
  if (id === null) return
  throw invalid(
    `The subscription is managed by the subscription schedule \`${id}\`, and updating any cancelation behavior directly is not allowed. Please update the schedule instead.`,
    param,
  )
}
