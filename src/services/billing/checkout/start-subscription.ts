import type { AccountRow } from '#entities/identity/account.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { remedy, type Denial, type NodeReference } from '#services/kernel/denials/denial.js'
import type { BillingContext } from '../billing-context.js'
import { loadBuyer } from '../offers/load-buyer.js'
import { decidePlanOffer } from '../offers/decide-plan-offer.js'
import { trialKeysOf, trialMarks } from '../offers/trial-keys.js'
import type { Offer } from '../offers/offer.js'
import { hasOpenDispute } from '../purchases/dispute-hold.js'
import { insteadOfSubscribing } from '../subscriptions/changes/change-denials.js'
import { stateOf } from '../subscriptions/changes/load-subscription-state.js'
import { subscriptionConflict } from '../subscriptions/subscription-conflict.js'
import { liveSubscriptionOfGroup } from './checkout-queries.js'
import { startCheckout, type StartCheckoutOutcome } from './start-checkout.js'
import { subscriptionRequest, type StartSubscription, type SubscriptionRequest } from './subscription-request.js'

/** Starts the sale of a plan. Plans of one group exclude each other: an account with one changes it instead. */
export function startSubscription(context: BillingContext, input: StartSubscription): Promise<StartCheckoutOutcome> {
  const request = subscriptionRequest(input)
  return startCheckout(context, {
    mutation: 'startSubscription',
    input,
    request,
    offer: async (account) =>
      decidePlanOffer(
        context.catalog.current(),
        context.config.mode,
        request,
        await loadBuyer(context.database, {
          accountId: account.id,
          ...trialKeysOf(context.caller),
          marks: trialMarks(context.catalog.current().trials, context.config.mode),
        }),
      ),
    findConflict: async (transaction, account, offer) =>
      (await hasOpenDispute(transaction, account.id)) ??
      (await conflictOf(context, transaction, account, offer, request)),
    startsAt: (transaction, account, offer) => endOfPredecessor(transaction, account, offer, request),
  })
}

/** End of the subscription at another provider that is replaced. Null if there is none. */
async function endOfPredecessor(
  transaction: Transaction,
  account: AccountRow,
  { group }: Offer,
  { provider }: SubscriptionRequest,
): Promise<Date | null> {
  const running = await liveSubscriptionOfGroup(transaction, account.id, group)
  return running && running.provider !== provider ? running.cancelAt : null
}

/**
 * A subscription that is scheduled to end does not block a new one at another provider if the start date is at least
 * `startsAheadHours` away. At most one successor is allowed.
 */
async function conflictOf(
  context: BillingContext,
  transaction: Transaction,
  account: AccountRow,
  { group }: Offer,
  { provider, plan, interval, quantity }: SubscriptionRequest,
): Promise<Denial | null> {
  const subscription = await liveSubscriptionOfGroup(transaction, account.id, group)
  if (!subscription) return null
  const { cancelAt } = subscription
  if (cancelAt && subscription.provider !== provider) {
    const hours = context.providers[provider]?.abilities.startsAheadHours ?? 0
    if (cancelAt.getTime() - context.clock.now().getTime() >= hours * 3_600_000) return null
    return subscriptionConflict(
      subscription,
      `The current subscription ends in less than ${hours} hours, which is too late to schedule ${provider}. Subscribe after it has ended.`,
      [remedy('WAIT', 'Subscribe after it has ended', { at: cancelAt })],
    )
  }
  const state = await stateOf(context, transaction, context.catalog.current(), subscription)
  const target = { __typename: 'BillingSubscription', id: subscription.id }
  return subscriptionConflict(subscription, 'The account already subscribes to a plan of this group.', [
    ...(state ? insteadOfSubscribing(state, { plan, interval, quantity }) : []),
    ...(subscription.provider === provider || cancelAt ? [] : [switchRemedy(target, provider)]),
  ])
}

const switchRemedy = (target: NodeReference, provider: string) =>
  remedy('CHANGE_PLAN', `Cancel at period end and start with ${provider} afterwards`, {
    mutation: 'cancelSubscription',
    target,
  })
