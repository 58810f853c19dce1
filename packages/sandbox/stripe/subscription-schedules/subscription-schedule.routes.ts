import type Stripe from 'stripe'
import { z } from 'zod'
import type { SandboxState } from '#sandbox-state.js'
import { boolean } from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { changeObject } from '../api/change-object.js'
import { invalid, missing, notImplemented } from '../api/stripe-error.js'
import { emitEvent } from '../events/emit-event.js'
import { endSubscription } from '../subscriptions/end-subscription.js'
import { requireLiving } from '../subscriptions/subscription.routes.js'
import { detachSchedule } from './detach-schedule.js'
import { scheduleCreation, scheduleList, scheduleUpdate } from './subscription-schedule.input.js'
import { buildSchedule } from './subscription-schedule.object.js'
import { updateSchedule } from './update-schedule.js'

const path = '/v1/subscription_schedules'

/** Subscription schedules: create from a subscription, retrieve, list, update, release, cancel. */
export const subscriptionScheduleRoutes = [
  route('POST', path, scheduleCreation, (world, { input }) => {
    const { from_subscription: from, ...others } = input
    if (from === undefined) throw notImplemented('A subscription schedule without `from_subscription`', 'customer')
    const other = Object.entries(others).find(([, value]) => value !== undefined)?.[0]
    if (other !== undefined) throw invalid(`You cannot set \`${other}\` if \`from_subscription\` is set.`, other)
    return attach(world, requireLiving(world, from, 'from_subscription', 400))
  }),
  route('GET', `${path}/:schedule`, z.strictObject({}), (world, { path: ids }) =>
    requireSchedule(world, ids['schedule'] ?? ''),
  ),
  route('GET', path, scheduleList, (world, { input, url }) => {
    const schedules = world.store
      .newest('subscription_schedule')
      .filter(
        (one) =>
          (input.customer === undefined || idOf(one.customer) === input.customer) &&
          (input.scheduled !== true || one.status === 'not_started') &&
          wasCreated(one, input.created) &&
          wasAt(one.canceled_at, input.canceled_at) &&
          wasAt(one.completed_at, input.completed_at) &&
          wasAt(one.released_at, input.released_at),
      )
    return listPage(schedules, url, input)
  }),
  route('POST', `${path}/:schedule`, scheduleUpdate, (world, { path: ids, input }) =>
    updateSchedule(world, requireSchedule(world, ids['schedule'] ?? ''), input),
  ),
  route(
    'POST',
    `${path}/:schedule/release`,
    z.strictObject({ preserve_cancel_date: boolean.optional() }),
    (world, { path: ids }) => detachSchedule(world, requireActive(world, ids['schedule'] ?? '', 'release'), 'released'),
  ),
  route(
    'POST',
    `${path}/:schedule/cancel`,
    z.strictObject({ invoice_now: boolean.default(true), prorate: boolean.default(true) }),
    (world, { path: ids, input }) => {
      const { id, subscription } = requireActive(world, ids['schedule'] ?? '', 'cancel')
      endSubscription(world, idOf(subscription) ?? '', {
        details: {},
        prorate: input.prorate,
        invoiceNow: input.invoice_now,
      })
      return requireSchedule(world, id)
    },
  ),
]

function attach(world: SandboxState, subscription: Stripe.Subscription): Stripe.SubscriptionSchedule {
  const attached = idOf(subscription.schedule)
  if (attached !== null)
    throw invalid(
      `You cannot migrate a subscription that is already attached to a schedule: ${attached}.`,
      'from_subscription',
    )
  if (subscription.cancel_at !== null)
    throw notImplemented('A schedule of a subscription that will end', 'from_subscription')
  const schedule = world.store.put('subscription_schedule', buildSchedule(world, subscription))
  emitEvent(world, 'subscription_schedule.created', schedule)
  const { object, previous } = changeObject(world, 'subscription', subscription.id, { schedule: schedule.id })
  emitEvent(world, 'customer.subscription.updated', object, previous)
  world.due.schedule('schedule.phase', schedule.id, (schedule.current_phase?.end_date ?? 0) * 1000)
  return schedule
}

function requireSchedule(world: SandboxState, id: string): Stripe.SubscriptionSchedule {
  const schedule = world.store.get('subscription_schedule', id)
  if (schedule === undefined) throw missing('subscription schedule', id, 'schedule')
  return schedule
}

function requireActive(world: SandboxState, id: string, verb: 'cancel' | 'release'): Stripe.SubscriptionSchedule {
  const schedule = requireSchedule(world, id)
  if (schedule.status === 'active') return schedule
  throw invalid(
    `You cannot ${verb} a subscription schedule that is currently in the \`${schedule.status}\` status. A schedule can only be ${verb === 'cancel' ? 'canceled' : 'released'} if its status is \`not_started\` or \`active\`.`,
  )
}

/** A filter by a moment that may not have come. */
const wasAt = (moment: number | null, filter: Parameters<typeof wasCreated>[1]): boolean =>
  filter === undefined || (moment !== null && wasCreated({ created: moment }, filter))
