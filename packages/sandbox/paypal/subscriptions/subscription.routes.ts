import type { SandboxState } from '#sandbox-state.js'
import { apiLink } from '../api/links.js'
import { invalidRequest, notFound, notImplemented } from '../api/paypal-error.js'
import { REMEMBERED, route, type PayPalAnswer } from '../api/route.js'
import type { Money } from '../money.js'
import type { Subscription } from '../objects.js'
import { createSubscription } from './create-subscription.js'
import {
  activateSubscription,
  cancelSubscription,
  captureOutstanding,
  reviseSubscription,
  suspendSubscription,
} from './transition-subscription.js'
import { patchSubscription } from './patch-subscription.js'
import { approvalLink, showSubscription, showSubscriptionBriefly, SUBSCRIPTION_PATH } from './subscription.object.js'
import { showTransaction } from './transaction.object.js'

const remembers = { remembers: REMEMBERED.subscriptions }

/**
 * Subscriptions: create, retrieve, change, revise, suspend, cancel, activate, capture the outstanding balance,
 * transactions.
 */
export const subscriptionRoutes = [
  route('POST', SUBSCRIPTION_PATH, (world, { body }) => shown(world, createSubscription(world, body), 201), {
    ...remembers,
    again: (world, id) => shown(world, need(world, id), 200),
  }),
  route('GET', `${SUBSCRIPTION_PATH}/:id`, (world, { ids, query }) => ({
    status: 200,
    body: showSubscription(world, need(world, ids['id']), query['fields']?.split(',') ?? []),
  })),
  route('PATCH', `${SUBSCRIPTION_PATH}/:id`, (world, { ids, body }) => {
    patchSubscription(world, need(world, ids['id']), body)
    return { status: 204 }
  }),
  route('POST', `${SUBSCRIPTION_PATH}/:id/revise`, (world, { ids, body }) => {
    for (const field of ['plan', 'shipping_amount', 'shipping_address'])
      if (body[field] !== undefined) throw notImplemented(`revising ${field}`)
    const subscription = need(world, ids['id'])
    const { plan, quantity } = reviseSubscription(world, subscription, body)
    const path = `${SUBSCRIPTION_PATH}/${subscription.id}`
    const links = [
      approvalLink(world, subscription.id),
      apiLink(world, 'edit', path, 'PATCH'),
      apiLink(world, 'self', path),
    ]
    return { status: 200, body: { plan_id: plan, quantity, plan_overridden: false, links } }
  }),
  action('suspend', (world, subscription, body) => suspendSubscription(world, subscription, String(body['reason']))),
  action('cancel', (world, subscription, body) => cancelSubscription(world, subscription, String(body['reason']))),
  action('activate', (world, subscription, body) =>
    activateSubscription(world, subscription, body['reason'] as string | undefined),
  ),
  route(
    'POST',
    `${SUBSCRIPTION_PATH}/:id/capture`,
    (world, { ids, body }) => {
      const capture = captureOutstanding(world, need(world, ids['id']), body['amount'] as Money)
      return { status: 200, body: showTransaction(world, capture) }
    },
    remembers,
  ),
  route('GET', `${SUBSCRIPTION_PATH}/:id/transactions`, (world, { ids, query }) => {
    const { id } = need(world, ids['id'])
    const missing = ['start_time', 'end_time'].filter((name) => query[name] === undefined)
    if (missing.length > 0)
      throw invalidRequest(
        missing.map((field) => ({ issue: 'MISSING_REQUIRED_PARAMETER', field, location: 'query' as const })),
      )
    const [from, until] = [Date.parse(query['start_time'] ?? ''), Date.parse(query['end_time'] ?? '')]
    const transactions = world.store
      .by('paypal.capture_detail', 'subscription', id)
      .map((one) => world.store.need('paypal.capture', one.id))
      .filter(({ create_time: time }) => Date.parse(time) >= from && Date.parse(time) <= until)
      .map((capture) => showTransaction(world, capture))
    return {
      status: 200,
      body: { transactions, links: [apiLink(world, 'self', `${SUBSCRIPTION_PATH}/${id}/transactions`)] },
    }
  }),
]

function action(
  name: string,
  act: (world: SandboxState, subscription: Subscription, body: Record<string, unknown>) => void,
) {
  return route('POST', `${SUBSCRIPTION_PATH}/:id/${name}`, (world, { ids, body }) => {
    act(world, need(world, ids['id']), body)
    return { status: 204 }
  })
}

function need(world: SandboxState, id: string | undefined): Subscription {
  const subscription = world.store.get('paypal.subscription', id ?? '')
  if (subscription === undefined) throw notFound()
  return subscription
}

function shown(world: SandboxState, subscription: Subscription, status: number): PayPalAnswer {
  return {
    status,
    body: showSubscription(world, subscription),
    minimal: showSubscriptionBriefly(world, subscription),
  }
}
