import type { SandboxState } from '#sandbox-state.js'
import { apiLink } from '../api/links.js'
import type { Link } from '../api/paypal-error.js'
import { payPalTime } from '../api/time.js'
import type { Subscription, SubscriptionDetail } from '../objects.js'
import { showPlan } from '../plans/plan.object.js'
import { priceVersion } from './cycle-price.js'

/** Path of the subscriptions. */
export const SUBSCRIPTION_PATH = '/v1/billing/subscriptions'

/** Subscription as PayPal shows it. `fields` selects additional fields by the query. */
export function showSubscription(
  world: SandboxState,
  subscription: Subscription,
  fields: readonly string[] = [],
): object {
  const detail = world.store.need('paypal.subscription_detail', subscription.id)
  const plan = world.store.get('paypal.plan', subscription.plan_id)
  const isBegun = !['APPROVAL_PENDING', 'APPROVED'].includes(subscription.status)
  return {
    ...subscription,
    ...(isBegun ? { billing_info: billingInfo(world, detail, fields) } : {}),
    ...(fields.includes('plan') && plan !== undefined ? { plan: planOf(world, detail, plan) } : {}),
    links: subscriptionLinks(world, subscription),
  }
}

/** Representation for a caller that does not request the full one. */
export function showSubscriptionBriefly(world: SandboxState, subscription: Subscription): object {
  const { id, status, create_time } = subscription
  return { id, status, create_time, links: subscriptionLinks(world, subscription) }
}

/** The link that brings a subscriber to the page where they agree. */
export function approvalLink(world: SandboxState, id: string): Link {
  const { token } = world.store.need('paypal.subscription_detail', id)
  return {
    href: `${world.baseUrl}/paypal/webapps/billing/subscriptions?ba_token=${token}`,
    rel: 'approve',
    method: 'GET',
  }
}

function subscriptionLinks(world: SandboxState, { id, status }: Subscription): Link[] {
  const path = `${SUBSCRIPTION_PATH}/${id}`
  const self = apiLink(world, 'self', path)
  const edit = apiLink(world, 'edit', path, 'PATCH')
  const post = (action: string) => apiLink(world, action, `${path}/${action}`, 'POST')
  switch (status) {
    case 'APPROVAL_PENDING':
      return [approvalLink(world, id), edit, self]
    case 'APPROVED':
      return [post('activate'), edit, self]
    case 'ACTIVE':
      return [post('cancel'), edit, self, post('suspend'), post('capture')]
    case 'SUSPENDED':
      return [post('cancel'), edit, self, post('activate'), post('capture')]
    default:
      return [self]
  }
}

function billingInfo(world: SandboxState, detail: SubscriptionDetail, fields: readonly string[]): object {
  return {
    outstanding_balance: detail.outstanding,
    cycle_executions: detail.cycles.map((cycle) => {
      const completed = detail.executions[cycle.sequence] ?? 0
      return {
        tenure_type: cycle.tenure_type,
        sequence: cycle.sequence,
        cycles_completed: completed,
        ...(cycle.total_cycles === 0 ? {} : { cycles_remaining: Math.max(0, cycle.total_cycles - completed) }),
        current_pricing_scheme_version: priceVersion(world, detail, cycle),
        total_cycles: cycle.total_cycles,
      }
    }),
    ...(detail.lastPayment === null ? {} : { last_payment: detail.lastPayment }),
    ...(detail.nextAt === null ? {} : { next_billing_time: payPalTime(detail.nextAt) }),
    failed_payments_count: detail.failures,
    ...(detail.lastFailure !== null && (detail.failures > 0 || fields.includes('last_failed_payment'))
      ? { last_failed_payment: detail.lastFailure }
      : {}),
  }
}

/** The plan with what this subscription has otherwise. */
function planOf(world: SandboxState, detail: SubscriptionDetail, plan: Parameters<typeof showPlan>[1]): object {
  const { links: _links, ...shown } = showPlan(world, plan)
  return {
    ...shown,
    billing_cycles: detail.cycles,
    payment_preferences: detail.preferences,
    ...(detail.taxes === null ? {} : { taxes: detail.taxes }),
  }
}
