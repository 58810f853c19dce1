import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { idOf } from '../api/id-of.js'
import { emitEvent } from '../events/emit-event.js'

/** Test clock with its current time: one that is ready shows the business time, including advances by other means. */
export function showTestClock(world: SandboxState, clock: Stripe.TestHelpers.TestClock): Stripe.TestHelpers.TestClock {
  return clock.status === 'ready' ? { ...clock, frozen_time: world.clock.seconds } : clock
}

/** The id of the test clock that a customer lives by, or null. */
export function testClockOf(world: SandboxState, customer: string): string | null {
  return idOf(world.store.get('customer', customer)?.test_clock)
}

/** Called when the business time has reached the target of a test clock. */
export function finishAdvancing(world: SandboxState, id: string): void {
  if (world.store.get('test_helpers.test_clock', id)?.status !== 'advancing') return
  const { object } = changeObject(world, 'test_helpers.test_clock', id, {
    frozen_time: world.clock.seconds,
    status: 'ready',
    status_details: {},
  })
  emitEvent(world, 'test_helpers.test_clock.ready', object)
}
