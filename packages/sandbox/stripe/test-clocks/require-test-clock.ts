import type Stripe from 'stripe'
import type { SandboxState } from '#sandbox-state.js'
import { missing } from '../api/stripe-error.js'

/** Returns the test clock, or throws Stripe's error. */
export function requireTestClock(world: SandboxState, id: string): Stripe.TestHelpers.TestClock {
  const clock = world.store.get('test_helpers.test_clock', id)
  if (clock === undefined) throw missing('testclock', id, 'test_clock')
  return clock
}
