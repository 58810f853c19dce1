import { refused, remedy, type Refused, type Remedy } from '#services/kernel/denials/denial.js'
import { cancelAndSubscribe } from '#services/entitlements/model/hold-denial.js'
import { addPaymentMethod, payRemedy } from './unsupported-ability.js'
import { subscriptionConflict, type SubscriptionConflict } from './subscription-conflict.js'
import type { NewChange } from '../subscriptions/changes/record-change.js'
import type { PlanChangeDecision } from '../subscriptions/changes/decide-plan-change.js'
import { includedIn } from './already-included.js'
import { isPaused } from './is-paused.js'
import type { SubscriptionState } from './load-subscription-state.js'
import type { Context } from '#services/kernel/context/context.js'

/** Time after which a caller may try again. */
const RETRY_MS = 5_000

/** Denials shared by several subscription changes, each with its remedies. */

export const noActiveSubscription = (): Refused =>
  refused('NO_ACTIVE_SUBSCRIPTION', 'No active subscription to change.', {
    remedies: [remedy('UPGRADE_PLAN', 'Subscribe to a plan', { mutation: 'startSubscription' })],
  })

/** One change at a time: the result of the first decides the effect of a second. */
export function changeInProgress({ open, loadedAt, subscription }: SubscriptionState): SubscriptionConflict | null {
  if (!open) return null
  const confirming = open.status === 'REQUIRES_CONFIRMATION'
  return subscriptionConflict(
    subscription,
    confirming
      ? 'A change of this subscription is waiting for payment confirmation.'
      : 'Another change of this subscription is in progress.',
    [
      confirming
        ? remedy('CONTINUE_CHECKOUT', 'Confirm the payment', { url: open.actionUrl })
        : remedy('WAIT', 'Wait for it and try again', { at: new Date(loadedAt + RETRY_MS) }),
    ],
  )
}

/** A subscription that owes something, or has never been paid, is paid first. */
export function paymentOverdue({ subscription, isVoided }: SubscriptionState): Refused | null {
  const isHealthy = subscription.status === 'ACTIVE' || subscription.status === 'TRIALING'
  if (isHealthy && !isPaused(subscription)) return null
  if (subscription.status === 'PAUSED' || isHealthy)
    return refused('PAYMENT_FAILED', 'The subscription is paused. Resume it first.', {
      remedies: [continueRemedy(subscription)],
    })
  const status = subscription.status.toLowerCase().replace('_', ' ')
  return isVoided
    ? refused(
        'PAYMENT_FAILED',
        `The subscription is ${status}, because the invoice of its period was voided. Cancel it immediately and subscribe again, or wait until the next invoice is paid.`,
        { remedies: insteadOfPaying(subscription) },
      )
    : refused('PAYMENT_FAILED', `The subscription is ${status}. Pay the open invoice first.`, {
        remedies: [payRemedy(subscription.provider)],
      })
}

/** Remedies for a period whose invoice was voided: a new subscription, or the next invoice. */
const insteadOfPaying = ({ id, currentPeriodEnd }: SubscriptionState['subscription']): Remedy[] => [
  cancelAndSubscribe({ __typename: 'BillingSubscription', id }),
  remedy('WAIT', 'Wait for the next invoice', { at: currentPeriodEnd }),
]

/** Denial of a change that is charged now while the provider has no payment method on file. Null otherwise. */
export function chargeWithoutPaymentMethod(
  { subscription: { provider, paymentMethod } }: SubscriptionState,
  decision: Pick<NewChange, 'at' | 'trialUntil'> | PlanChangeDecision,
): Refused | null {
  if (provider !== 'STRIPE' || paymentMethod !== null) return null
  if (!('at' in decision) || decision.at !== 'NOW' || decision.trialUntil) return null
  return refused('PAYMENT_FAILED', 'The subscription has no payment method. Add one first.', {
    remedies: [addPaymentMethod()],
  })
}

/** A trial that ended without a payment method pauses its subscription until there is one. */
const continueRemedy = ({ provider, paymentMethod }: SubscriptionState['subscription']): Remedy =>
  provider === 'STRIPE' && paymentMethod === null
    ? addPaymentMethod()
    : remedy('RESUME_SUBSCRIPTION', 'Resume the subscription', { mutation: 'resumeSubscription' })

/** Only a running trial has an end that can be moved. */
export const notInTrial = (): Refused =>
  refused(
    'INVALID_TRANSITION',
    'The subscription is not in a trial. An override or credits give more without a payment.',
    {
      remedies: [remedy('CHANGE_PLAN', 'Grant more of a feature', { mutation: 'setTerms' })],
    },
  )

/** A subscription that is scheduled to end must be resumed first. */
export function cancellationScheduled(state: SubscriptionState): Refused | null {
  if (!state.subscription.cancelAt) return null
  const message = includedIn(state.lifetimePlans, state.plan)
    ? 'The subscription is scheduled to end, and its plan is bought for its lifetime. Subscribe again after its end.'
    : 'The subscription is scheduled to end. Resume it first.'
  return refused('INVALID_TRANSITION', message, { remedies: [keepRemedy(state)] })
}

/** A planned end can be undone if it is recorded here only, or if the provider supports it and the plan is not bought for its lifetime. Otherwise the customer waits for it. */
function keepRemedy({ subscription, planned, plan, lifetimePlans }: SubscriptionState): Remedy {
  const isOurNote = planned?.kind === 'CANCEL' && !planned.pushedToProvider
  return (subscription.provider === 'PAYPAL' && !isOurNote) || includedIn(lifetimePlans, plan)
    ? remedy('WAIT', 'Subscribe after it has ended', { at: subscription.cancelAt })
    : remedy('RESUME_SUBSCRIPTION', 'Keep the subscription', { mutation: 'resumeSubscription' })
}

/** Remedies for the holder of a running subscription who subscribes again. Each remedy works in this state. */
export function insteadOfSubscribing(state: SubscriptionState, terms: Remedy['terms']): readonly Remedy[] {
  const { status, provider } = state.subscription
  const paused = status === 'PAUSED' || isPaused(state.subscription)
  const target = { __typename: 'BillingSubscription', id: state.subscription.id }
  const busy = changeInProgress(state)
  if (busy) return busy.remedies
  if (state.subscription.cancelAt) return [keepRemedy(state)]
  if (!paused && (status === 'ACTIVE' || status === 'TRIALING'))
    return [remedy('CHANGE_PLAN', 'Change the plan', { mutation: 'changePlan', target, ...(terms && { terms }) })]
  if (state.isVoided) return insteadOfPaying(state.subscription)
  return [paused ? continueRemedy(state.subscription) : payRemedy(provider), cancelAndSubscribe(target)]
}

export const providerUnavailable = ({ timers }: Pick<Context, 'timers'>): Refused =>
  refused('PROVIDER_UNAVAILABLE', 'The payment provider is not responding. Try again with the same key.', {
    remedies: [remedy('WAIT', 'Try again with the same key', { at: new Date(timers.now() + RETRY_MS) })],
  })
