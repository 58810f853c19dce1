import type Stripe from 'stripe'
import { z } from 'zod'
import type { World } from '../../world.js'
import { changeObject } from '../api/change-object.js'
import { boolean, clearable, created, mergeMetadata, metadata, paging, text, unsupported } from '../api/fields.js'
import { listPage, wasCreated } from '../api/list.js'
import { route } from '../api/route.js'
import { missing } from '../api/stripe-error.js'
import { emitEvent } from '../events/emit-event.js'
import { cancelSubscription } from './cancel-subscription.js'
import { periodEnd } from './subscription-periods.js'

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
const feedback = z.enum([
  'customer_service',
  'low_quality',
  'missing_features',
  'other',
  'switched_service',
  'too_complex',
  'too_expensive',
  'unused',
])
const cancellationDetails = z
  .strictObject({ comment: clearable.optional(), feedback: feedback.optional(), feedback_option: unsupported })
  .optional()

const update = z.strictObject({
  metadata: metadata.optional(),
  cancel_at_period_end: boolean.optional(),
  cancellation_details: cancellationDetails,
  description: clearable.optional(),
  add_invoice_items: unsupported,
  automatic_tax: unsupported,
  billing_cycle_anchor: unsupported,
  billing_thresholds: unsupported,
  cancel_at: unsupported,
  collection_method: unsupported,
  days_until_due: unsupported,
  default_payment_method: unsupported,
  default_source: unsupported,
  default_tax_rates: unsupported,
  discounts: unsupported,
  invoice_settings: unsupported,
  items: unsupported,
  off_session: unsupported,
  pause_collection: unsupported,
  payment_behavior: unsupported,
  payment_settings: unsupported,
  pending_invoice_item_interval: unsupported,
  proration_behavior: unsupported,
  proration_date: unsupported,
  trial_end: unsupported,
  trial_from_plan: unsupported,
  trial_settings: unsupported,
})

/** Subscriptions: retrieve, list by customer and status, update metadata and cancellation at period end, cancel. */
export const subscriptionRoutes = [
  route('GET', '/v1/subscriptions/:subscription', z.strictObject({}), (world, { path }) =>
    needSubscription(world, path['subscription'] ?? ''),
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
      collection_method: z.enum(['charge_automatically', 'send_invoice']).optional(),
      automatic_tax: unsupported,
      current_period_end: unsupported,
      current_period_start: unsupported,
      customer_account: unsupported,
      test_clock: unsupported,
    }),
    (world, { input, url }) => {
      const subscriptions = world.store
        .newest('subscription')
        .filter(
          (one) =>
            (input.customer === undefined || one.customer === input.customer) &&
            (input.price === undefined || one.items.data.some((item) => item.price.id === input.price)) &&
            (input.collection_method === undefined || one.collection_method === input.collection_method) &&
            hasStatus(one, input.status) &&
            wasCreated(one, input.created),
        )
      return listPage(subscriptions, url, input)
    },
  ),
  route('POST', '/v1/subscriptions/:subscription', update, (world, { path, input }) => {
    const before = needLiving(world, path['subscription'] ?? '')
    const { object, previous } = changeObject(world, 'subscription', before.id, {
      ...cancellation(world, before, input.cancel_at_period_end),
      ...(input.cancellation_details === undefined
        ? {}
        : { cancellation_details: withDetails(before, input.cancellation_details) }),
      ...(input.description === undefined ? {} : { description: input.description }),
      metadata: mergeMetadata(before.metadata, input.metadata),
    })
    if (Object.keys(previous).length > 0) emitEvent(world, 'customer.subscription.updated', object, previous)
    return object
  }),
  route(
    'DELETE',
    '/v1/subscriptions/:subscription',
    z.strictObject({
      cancellation_details: cancellationDetails,
      invoice_now: z.literal('false').optional(),
      prorate: z.literal('false').optional(),
    }),
    (world, { path, input }) => {
      const { id } = needLiving(world, path['subscription'] ?? '')
      cancelSubscription(world, id, definedOnly(input.cancellation_details ?? {}))
      return world.store.need('subscription', id)
    },
  ),
]

function needSubscription(world: World, id: string): Stripe.Subscription {
  const subscription = world.store.get('subscription', id)
  if (subscription === undefined) throw missing('subscription', id)
  return subscription
}

function needLiving(world: World, id: string): Stripe.Subscription {
  const subscription = needSubscription(world, id)
  // Stripe treats a canceled subscription as gone for every change.
  if (subscription.status === 'canceled') throw missing('subscription', id)
  return subscription
}

function hasStatus(subscription: Stripe.Subscription, wanted: (typeof statuses)[number] | undefined): boolean {
  if (wanted === 'all') return true
  if (wanted === 'ended') return subscription.status === 'canceled' || subscription.status === 'incomplete_expired'
  return wanted === undefined ? subscription.status !== 'canceled' : subscription.status === wanted
}

/** What asking for (or taking back) an end at the period's end changes. */
function cancellation(
  world: World,
  before: Stripe.Subscription,
  atPeriodEnd: boolean | undefined,
): Partial<Stripe.Subscription> {
  if (atPeriodEnd === undefined || atPeriodEnd === before.cancel_at_period_end) return {}
  return {
    cancel_at_period_end: atPeriodEnd,
    cancel_at: atPeriodEnd ? periodEnd(before) : null,
    canceled_at: atPeriodEnd ? world.clock.seconds : null,
    cancellation_details: withDetails(before, { reason: atPeriodEnd ? 'cancellation_requested' : null }),
  }
}

function withDetails(
  before: Stripe.Subscription,
  given: {
    [Key in keyof Stripe.Subscription.CancellationDetails]?: Stripe.Subscription.CancellationDetails[Key] | undefined
  },
): Stripe.Subscription.CancellationDetails {
  const known = before.cancellation_details ?? { comment: null, feedback: null, feedback_option: null, reason: null }
  return { ...known, ...definedOnly(given) }
}

function definedOnly<T extends object>(given: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never
}
