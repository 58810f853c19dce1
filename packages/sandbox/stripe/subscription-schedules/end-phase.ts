import type { SandboxState } from '#sandbox-state.js'
import { idOf } from '../api/id-of.js'
import { changeSubscription } from '../subscriptions/change-subscription.js'
import { renewSubscription } from '../subscriptions/renew-subscription.js'
import { firstPeriodEnd } from '../subscriptions/subscription-periods.js'
import { beginNextPhase, itemChanges } from './enter-phase.js'

/** Ends a phase: the next one starts, or the schedule is complete. */
export function endPhase(world: SandboxState, id: string): void {
  const schedule = world.store.get('subscription_schedule', id)
  const subscription = world.store.get('subscription', idOf(schedule?.subscription) ?? '')
  if (schedule?.status !== 'active' || subscription === undefined) return
  // A phase that begins with a period is part of the renewal, so that the period is billed at its terms.
  if (firstPeriodEnd(subscription) <= world.clock.seconds) return renewSubscription(world, subscription.id)
  const phase = beginNextPhase(world, subscription)
  if (phase === null) return
  const before = world.store.need('subscription', subscription.id)
  changeSubscription(
    world,
    before,
    {
      items: itemChanges(before, phase),
      trialEnd: phase.trial_end ?? undefined,
      billingCycleAnchor: phase.billing_cycle_anchor === 'phase_start' ? 'now' : undefined,
      prorationBehavior: phase.proration_behavior as 'always_invoice' | 'create_prorations' | 'none',
      prorationDate: undefined,
    },
    { behavior: 'allow_incomplete', presence: 'off_session' },
  )
}
