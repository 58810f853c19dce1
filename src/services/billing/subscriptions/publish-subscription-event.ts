import type { StoredPause } from '#entities/billing/billing-subscription.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { dayText } from '#services/kernel/text/readable.js'
import { writeOutbox } from '#services/kernel/outbox/write-outbox.js'
import type { CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import { recordAccountEvent } from '#services/identity/accounts/account-version.js'
import type { BillingContext } from '../model/billing-context.js'
import type { Projection, SubscriptionEventType } from './decide-subscription.js'

/** Change of a subscription, for the account stream and the outbox. */
export interface SubscriptionEventInput {
  readonly id: string
  readonly accountId: string
  readonly event: SubscriptionEventType
  readonly plan: CatalogPlan
  readonly next: Projection
  readonly changesEntitlements: boolean
}

export async function publishSubscriptionEvent(
  context: BillingContext,
  transaction: Transaction,
  input: SubscriptionEventInput,
): Promise<void> {
  const { id, accountId, event, plan, next, changesEntitlements } = input
  const at = context.clock.now()
  const data = {
    subscriptionId: id,
    plan: plan.code,
    status: next.status,
    currentPeriodEnd: next.currentPeriodEnd,
    quantity: next.quantity,
  }
  await recordAccountEvent(transaction, accountId, at, {
    type: event,
    summary: summaryOf(input),
    subject: { __typename: 'BillingSubscription', id },
    changesEntitlements,
    data,
  })
  await writeOutbox(transaction, {
    type: event,
    accountId,
    payload: data,
    at,
    requestId: context.requestId,
  })
}

function summaryOf({ event, plan, next }: SubscriptionEventInput): string {
  switch (event) {
    case 'subscription.activated':
      return `${plan.name} is active.`
    case 'subscription.renewed':
      return `${plan.name} renewed${next.currentPeriodEnd ? ` until ${dayText(next.currentPeriodEnd)}` : ''}.`
    case 'subscription.items_changed':
      return `The subscription is now ${next.quantity > 1 ? `${next.quantity} × ` : ''}${plan.name}, with the add-ons on it.`
    case 'subscription.recovered':
      return `${plan.name} is active again: the payment succeeded.`
    case 'subscription.past_due':
      return `A payment for ${plan.name} failed. It will be retried.`
    case 'subscription.unpaid':
      return `${plan.name} is suspended: invoices are unpaid.`
    case 'subscription.paused':
      return next.pause ? pauseText(plan, next.pause) : `${plan.name} is paused: no payment method.`
    case 'subscription.resumed':
      return next.pause
        ? `Payments for ${plan.name} continue. It is active again with the next payment.`
        : `Payments for ${plan.name} continue.`
    case 'subscription.canceled':
      return `${plan.name} has ended.`
    case 'subscription.updated':
      if (next.status === 'PAUSED' && next.pause) return pauseText(plan, next.pause)
      if (next.suspendedAt) return `${plan.name} is suspended: its payment is disputed.`
      return next.status === 'TRIALING' && next.trialEnd
        ? `The subscription to ${plan.name} changed: its trial ends on ${dayText(next.trialEnd)}.`
        : `The subscription to ${plan.name} changed: it is ${next.status.toLowerCase().replaceAll('_', ' ')}.`
  }
}

/** A pause, for customers and operators. */
export const pauseText = ({ name }: CatalogPlan, { resumesAt, resumed }: StoredPause): string =>
  resumed
    ? `${name} was paused, and the next payment is still to come.`
    : `${name} is paused${resumesAt ? ` until ${dayText(new Date(resumesAt))}` : ''}.`
