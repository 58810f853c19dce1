import type Stripe from 'stripe'
import { days } from '../../time/periods.js'
import type { World } from '../../world.js'
import { firstPeriodEnd } from './subscription-periods.js'

const TRIAL_NOTICE_DAYS = 3

/** Plans what will happen to a subscription by itself: its renewal, the notice before a trial ends, its end. */
export function planAhead(world: World, subscription: Stripe.Subscription): void {
  const { id } = subscription
  world.due.schedule('subscription.renew', id, firstPeriodEnd(subscription) * 1000)
  world.due.cancel('subscription.trial_will_end', id)
  if (subscription.status === 'trialing' && subscription.trial_end !== null) {
    // A trial shorter than the notice announces its end at once.
    const notice = Math.max(subscription.trial_end - days(TRIAL_NOTICE_DAYS), world.clock.seconds)
    world.due.schedule('subscription.trial_will_end', id, notice * 1000)
  }
  world.due.cancel('subscription.cancel', id)
  if (subscription.cancel_at !== null && !subscription.cancel_at_period_end)
    world.due.schedule('subscription.cancel', id, subscription.cancel_at * 1000)
}

/** Takes everything back that was planned for a subscription. */
export function planNothing(world: World, id: string): void {
  for (const kind of ['renew', 'trial_will_end', 'cancel', 'expire', 'unpause', 'pending_update'] as const)
    world.due.cancel(`subscription.${kind}`, id)
}
