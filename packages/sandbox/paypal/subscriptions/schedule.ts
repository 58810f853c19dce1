import { nextPeriodEnd } from '#time/periods.js'
import type { SandboxState } from '#sandbox-state.js'
import type { BillingCycle, SubscriptionDetail } from '../objects.js'
import { changeDetail } from './change-subscription.js'

/** Next billed cycle. Undefined after the last one. */
export function presentCycle(detail: SubscriptionDetail): BillingCycle | undefined {
  return detail.cycles[detail.position]
}

/** When a cycle that begins at `start` (seconds) ends; months count from the anchor, as 31 January does. */
export function cycleEnd(detail: SubscriptionDetail, cycle: BillingCycle, start: number): number {
  const { interval_unit: unit, interval_count } = cycle.frequency
  return nextPeriodEnd(detail.anchor, start, { interval: unit.toLowerCase(), interval_count })
}

/** Lets a subscription be billed at a moment (milliseconds). */
export function billAt(world: SandboxState, id: string, at: number): void {
  changeDetail(world, id, { nextAt: at })
  world.due.schedule('paypal.subscription.bill', id, at)
}

/** Nothing is billed or tried again any more. */
export function stopBilling(world: SandboxState, id: string): void {
  world.due.cancel('paypal.subscription.bill', id)
  world.due.cancel('paypal.subscription.retry', id)
  changeDetail(world, id, { nextAt: null })
}
