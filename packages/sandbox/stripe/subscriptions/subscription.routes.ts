import type Stripe from 'stripe'
import { z } from 'zod'
import type { SandboxState } from '#sandbox-state.js'
import { boolean, created, paging, text, unsupported } from '../api/fields.js'
import { idOf } from '../api/id-of.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { missing } from '../api/stripe-error.js'
import { endDiscount } from '../discounts/end-discount.js'
import { endSubscription } from './end-subscription.js'
import { openSubscription } from './open-subscription.js'
import { resumeSubscription } from './resume-subscription.js'
import { isOver } from './set-status.js'
import { cancellationDetails, subscriptionCreation, subscriptionUpdate } from './subscription.input.js'
import { definedOnly } from './requested-end.js'
import { updateSubscription } from './update-subscription.js'

const statuses = [
  'active',
  'all',
  'canceled',
  'ended',
  'incomplete',
  'incomplete_expired',
  'past_due',
  'paused',
  'trialing',
  'unpaid',
] as const

/** Subscriptions: create, retrieve, list, update, cancel, resume; take their discount away. */
export const subscriptionRoutes = [
  route('POST', '/v1/subscriptions', subscriptionCreation, (world, { input }) => openSubscription(world, input)),
  route('GET', '/v1/subscriptions/:subscription', z.strictObject({}), (world, { path }) =>
    requireSubscription(world, path['subscription'] ?? ''),
  ),
  route(
    'GET',
    '/v1/subscriptions',
    z.strictObject({
      ...paging,
      created,
      customer: text.optional(),
      price: text.optional(),
      status: z.enum(statuses).optional(),
      test_clock: text.optional(),
      collection_method: z.enum(['charge_automatically', 'send_invoice']).optional(),
    }),
    (world, { input, url }) => {
      // Subscriptions of a test clock are in the lists of their clock and of their customer only.
      const isOfAnyClock = input.customer !== undefined && input.test_clock === undefined
      const known =
        input.customer === undefined
          ? world.store.newest('subscription')
          : world.store.by('subscription', 'customer', input.customer).toReversed()
      const subscriptions = known.filter(
        (one) =>
          (isOfAnyClock || (idOf(one.test_clock) ?? undefined) === input.test_clock) &&
          (input.price === undefined || one.items.data.some((item) => item.price.id === input.price)) &&
          (input.collection_method === undefined || one.collection_method === input.collection_method) &&
          hasStatus(one, input.status) &&
          wasCreated(one, input.created),
      )
      return listPage(subscriptions, url, input)
    },
  ),
  route('POST', '/v1/subscriptions/:subscription', subscriptionUpdate, (world, { path, input }) =>
    updateSubscription(world, requireLiving(world, path['subscription'] ?? ''), input),
  ),
  route(
    'DELETE',
    '/v1/subscriptions/:subscription',
    z.strictObject({
      cancellation_details: cancellationDetails.optional(),
      invoice_now: boolean.default(false),
      prorate: boolean.default(false),
    }),
    (world, { path, input }) =>
      endSubscription(world, requireLiving(world, path['subscription'] ?? '').id, {
        details: definedOnly(input.cancellation_details ?? {}),
        prorate: input.prorate,
        invoiceNow: input.invoice_now,
      }),
  ),
  route(
    'POST',
    '/v1/subscriptions/:subscription/resume',
    z.strictObject({
      billing_cycle_anchor: z.strictObject({ type: z.literal('now') }).optional(),
      payment_behavior: unsupported,
      proration_behavior: unsupported,
      proration_date: unsupported,
    }),
    (world, { path }) => resumeSubscription(world, requireLiving(world, path['subscription'] ?? '')),
  ),
  route('DELETE', '/v1/subscriptions/:subscription/discount', z.strictObject({}), (world, { path }) => {
    const subscription = requireLiving(world, path['subscription'] ?? '')
    const id = idOf(subscription.discounts[0])
    if (id === null) throw missing('discount', subscription.id)
    endDiscount(world, id)
    const { end: _end, ...discount } = world.store.need('discount', id)
    return { ...discount, deleted: true }
  }),
]

/** Returns the subscription, or throws Stripe's error. */
export function requireSubscription(world: SandboxState, id: string, param = 'id', status = 404): Stripe.Subscription {
  const subscription = world.store.get('subscription', id)
  if (subscription === undefined) throw missing('subscription', id, param, status)
  return subscription
}

/** Returns a subscription that can be changed. Stripe treats an ended one as missing. */
export function requireLiving(world: SandboxState, id: string, param = 'id', status = 404): Stripe.Subscription {
  const subscription = requireSubscription(world, id, param, status)
  if (isOver(subscription)) throw missing('subscription', id, param, status)
  return subscription
}

function hasStatus(subscription: Stripe.Subscription, wanted: (typeof statuses)[number] | undefined): boolean {
  if (wanted === 'all') return true
  if (wanted === 'ended') return isOver(subscription)
  return wanted === undefined ? subscription.status !== 'canceled' : subscription.status === wanted
}
