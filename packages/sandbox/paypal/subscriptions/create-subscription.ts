import type { SandboxState } from '#sandbox-state.js'
import { invalidRequest, notImplemented, unprocessable } from '../api/paypal-error.js'
import { payPalNow } from '../api/time.js'
import { emitEvent } from '../events/emit-event.js'
import { money } from '../money.js'
import type { Plan, Subscription, SubscriptionDetail } from '../objects.js'
import { currencyOf } from '../plans/create-plan.js'
import { readQuantity } from './quantity.js'
import { showSubscription } from './subscription.object.js'
import { withOverrides } from './plan-overrides.js'

type Json = Record<string, unknown>

/** Makes a subscription that waits for its subscriber. */
export function createSubscription(world: SandboxState, body: Json): Subscription {
  const plan = world.store.get('paypal.plan', body['plan_id'] as string)
  if (plan === undefined) throw unprocessable({ issue: 'INVALID_RESOURCE_ID', field: '/plan_id' })
  if (plan.status !== 'ACTIVE') throw unprocessable({ issue: 'PLAN_STATUS_INVALID', field: '/plan_id' })
  const subscriber = body['subscriber'] as Json | undefined
  if (subscriber?.['payment_source'] !== undefined) throw notImplemented('subscriber.payment_source')
  if (body['shipping_amount'] !== undefined) throw notImplemented('shipping_amount')
  const time = payPalNow(world)
  const subscription: Subscription = {
    id: `I-${world.ids.code('paypal.subscription', 12)}`,
    plan_id: plan.id,
    status: 'APPROVAL_PENDING',
    status_update_time: time,
    start_time: startTime(world, body['start_time'] as string | undefined),
    quantity: readQuantity(plan, body['quantity'] as string | undefined),
    ...(subscriber === undefined ? {} : { subscriber }),
    ...(body['custom_id'] === undefined ? {} : { custom_id: body['custom_id'] as string }),
    plan_overridden: body['plan'] !== undefined,
    create_time: time,
    update_time: time,
  }
  world.store.put('paypal.subscription_detail', detailOf(world, subscription.id, plan, body))
  world.store.put('paypal.subscription', subscription)
  emitEvent(world, 'BILLING.SUBSCRIPTION.CREATED', showSubscription(world, subscription))
  return subscription
}

function detailOf(world: SandboxState, id: string, plan: Plan, body: Json): SubscriptionDetail {
  const context = (body['application_context'] as Json | undefined) ?? {}
  const terms = withOverrides(plan, body['plan'] as Partial<Plan> | undefined)
  return {
    id,
    token: `BA-${world.ids.code('paypal.agreement')}`,
    returnUrl: (context['return_url'] as string | undefined) ?? null,
    cancelUrl: (context['cancel_url'] as string | undefined) ?? null,
    brandName: (context['brand_name'] as string | undefined) ?? null,
    locale: (context['locale'] as string | undefined) ?? null,
    userAction: context['user_action'] === 'CONTINUE' ? 'CONTINUE' : 'SUBSCRIBE_NOW',
    ...terms,
    position: 0,
    completed: 0,
    anchor: 0,
    executions: {},
    nextAt: null,
    outstanding: money(currencyOf(terms.cycles), 0n),
    failures: 0,
    retries: 0,
    lastPayment: null,
    lastFailure: null,
    funding: 'balance',
    payerEmail: null,
    revision: null,
  }
}

function startTime(world: SandboxState, wanted: string | undefined): string {
  if (wanted === undefined) return payPalNow(world)
  // Clocks differ slightly: a recent start counts as now.
  if (Date.parse(wanted) < world.clock.now - 60_000)
    throw invalidRequest([{ issue: 'INVALID_PARAMETER_VALUE', field: '/start_time', value: wanted }])
  return wanted
}
