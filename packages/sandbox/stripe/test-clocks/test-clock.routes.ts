import type Stripe from 'stripe'
import { z } from 'zod'
import { nextPeriodEnd } from '#time/periods.js'
import type { SandboxState } from '#sandbox-state.js'
import { changeObject } from '../api/change-object.js'
import { amount, paging, text } from '../api/fields.js'
import { listPage } from '../api/list.js'
import { route } from '../api/route.js'
import { invalid, notImplemented } from '../api/stripe-error.js'
import { deleteCustomer } from '../customers/delete-customer.js'
import { emitEvent } from '../events/emit-event.js'
import { intervalOf } from '../subscriptions/subscription-periods.js'
import { requireTestClock } from './require-test-clock.js'
import { showTestClock } from './test-clock.object.js'

/** Maximum advance of a clock without subscriptions in one call (seconds). */
const FREE_RANGE = 2 * 366 * 24 * 60 * 60

/**
 * Test clocks: create, retrieve, list, advance, delete. The sandbox has one clock for everybody, so a test clock starts
 * at the present business time and moving it moves everything; its customers go with it when it is deleted, as at Stripe.
 */
export const testClockRoutes = [
  route(
    'POST',
    '/v1/test_helpers/test_clocks',
    z.strictObject({ frozen_time: amount, name: text.max(300).optional() }),
    (world, { input }) => {
      const now = world.clock.seconds
      if (input.frozen_time !== now) {
        throw notImplemented(`A test clock that does not start at the present business time (${now})`, 'frozen_time')
      }
      const clock = world.store.put('test_helpers.test_clock', {
        id: world.ids.next('clock'),
        object: 'test_helpers.test_clock',
        created: now,
        deletes_after: now + 30 * 24 * 60 * 60,
        frozen_time: now,
        livemode: false,
        name: input.name ?? null,
        status: 'ready',
        status_details: {},
      })
      emitEvent(world, 'test_helpers.test_clock.created', clock)
      return clock
    },
  ),
  route('GET', '/v1/test_helpers/test_clocks/:clock', z.strictObject({}), (world, { path }) =>
    showTestClock(world, requireTestClock(world, path['clock'] ?? '')),
  ),
  route('GET', '/v1/test_helpers/test_clocks', z.strictObject(paging), (world, { input, url }) => {
    const clocks = world.store.newest('test_helpers.test_clock').map((clock) => showTestClock(world, clock))
    return listPage(clocks, url, input)
  }),
  route(
    'POST',
    '/v1/test_helpers/test_clocks/:clock/advance',
    z.strictObject({ frozen_time: amount }),
    (world, { path, input }) => {
      const clock = showTestClock(world, requireTestClock(world, path['clock'] ?? ''))
      checkTarget(world, clock, input.frozen_time)
      const { object } = changeObject(world, 'test_helpers.test_clock', clock.id, {
        frozen_time: clock.frozen_time,
        status: 'advancing',
        status_details: { advancing: { target_frozen_time: input.frozen_time } },
      })
      emitEvent(world, 'test_helpers.test_clock.advancing', object)
      world.due.schedule('test_clock.ready', clock.id, input.frozen_time * 1000)
      world.advance(input.frozen_time * 1000)
      return object
    },
  ),
  route('DELETE', '/v1/test_helpers/test_clocks/:clock', z.strictObject({}), (world, { path }) => {
    const clock = requireTestClock(world, path['clock'] ?? '')
    for (const customer of world.store.all('customer')) {
      if (customer.test_clock === clock.id) deleteCustomer(world, customer)
    }
    world.due.cancel('test_clock.ready', clock.id)
    world.store.remove('test_helpers.test_clock', clock.id)
    emitEvent(world, 'test_helpers.test_clock.deleted', clock)
    return { id: clock.id, object: 'test_helpers.test_clock', deleted: true }
  }),
]

/** Forward, when it rests, and at most two intervals of the shortest subscription that lives by it. */
function checkTarget(world: SandboxState, clock: Stripe.TestHelpers.TestClock, target: number): void {
  if (clock.status !== 'ready') throw invalid('This test clock is already advancing.', 'test_clock')
  if (target <= clock.frozen_time)
    throw invalid('The frozen time of a test clock can only be moved forward.', 'frozen_time')
  const ends = world.store
    .all('subscription')
    .filter((one) => one.test_clock === clock.id && one.status !== 'canceled')
    .flatMap((one) => one.items.data.map((item) => twoIntervals(clock.frozen_time, item.price)))
  if (target <= Math.min(clock.frozen_time + FREE_RANGE, ...ends)) return
  throw invalid(
    'You can only advance a test clock by up to two intervals of its shortest subscription at a time.',
    'frozen_time',
  )
}

function twoIntervals(from: number, price: Stripe.Price): number {
  const { interval, interval_count } = intervalOf(price)
  return nextPeriodEnd(from, from, { interval, interval_count: interval_count * 2 })
}
