import type Stripe from 'stripe'
import { z } from 'zod'
import type { SandboxState } from '#sandbox-state.js'
import { paging, text, unsupported } from '../api/fields.js'
import { listPage } from '../api/list.js'
import { route } from '../api/route.js'
import { missing } from '../api/stripe-error.js'
import { changeSubscription } from '../subscriptions/change-subscription.js'
import { billingOfChange, itemFields, type ItemChange } from '../subscriptions/subscription.input.js'
import { requireLiving, requireSubscription } from '../subscriptions/subscription.routes.js'

const changing = z.strictObject({ ...itemFields, ...billingOfChange, off_session: unsupported })
const { payment_behavior: _always, ...billing } = billingOfChange

/** Items of subscriptions one by one: each change is a change of its subscription, billed in the same way. */
export const subscriptionItemRoutes = [
  route(
    'POST',
    '/v1/subscription_items',
    z.strictObject({ ...changing.shape, subscription: text }),
    (world, { input }) => {
      const { subscription: id, payment_behavior, proration_behavior, proration_date, ...item } = input
      const before = requireLiving(world, id, 'subscription', 400)
      const known = new Set(before.items.data.map((one) => one.id))
      const after = change(world, before, item, { payment_behavior, proration_behavior, proration_date })
      return after.items.data.find((one) => !known.has(one.id)) ?? {}
    },
  ),
  route(
    'GET',
    '/v1/subscription_items/:item',
    z.strictObject({}),
    (world, { path }) => requireItem(world, path['item'] ?? '').item,
  ),
  route('POST', '/v1/subscription_items/:item', changing, (world, { path, input }) => {
    const { payment_behavior, proration_behavior, proration_date, ...item } = input
    const { subscription, item: before } = requireItem(world, path['item'] ?? '')
    change(world, subscription, { ...item, id: before.id }, { payment_behavior, proration_behavior, proration_date })
    return requireItem(world, before.id).item
  }),
  route(
    'DELETE',
    '/v1/subscription_items/:item',
    z.strictObject({ ...billing, clear_usage: unsupported, payment_behavior: unsupported }),
    (world, { path, input }) => {
      const { subscription, item } = requireItem(world, path['item'] ?? '')
      change(world, subscription, { id: item.id, deleted: true }, input)
      return { id: item.id, object: 'subscription_item', deleted: true }
    },
  ),
  route('GET', '/v1/subscription_items', z.strictObject({ ...paging, subscription: text }), (world, { input, url }) =>
    listPage(requireSubscription(world, input.subscription, 'subscription', 400).items.data, url, input),
  ),
]

function change(
  world: SandboxState,
  subscription: Stripe.Subscription,
  item: ItemChange,
  billed: {
    payment_behavior?:
      | 'allow_incomplete'
      | 'default_incomplete'
      | 'error_if_incomplete'
      | 'pending_if_incomplete'
      | undefined
    proration_behavior?: 'always_invoice' | 'create_prorations' | 'none' | undefined
    proration_date?: number | undefined
  },
): Stripe.Subscription {
  return changeSubscription(
    world,
    subscription,
    {
      items: [item],
      trialEnd: undefined,
      billingCycleAnchor: undefined,
      prorationBehavior: billed.proration_behavior ?? 'create_prorations',
      prorationDate: billed.proration_date,
    },
    { behavior: billed.payment_behavior ?? 'allow_incomplete', presence: 'on_session' },
  )
}

function requireItem(
  world: SandboxState,
  id: string,
): { subscription: Stripe.Subscription; item: Stripe.SubscriptionItem } {
  for (const subscription of world.store.all('subscription')) {
    const item = subscription.items.data.find((one) => one.id === id)
    if (item !== undefined) return { subscription, item }
  }
  throw missing('subscription_item', id, 'item')
}
