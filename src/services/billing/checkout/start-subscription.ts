import type { BillingSubscriptionRow } from '../../../entities/billing/billing-subscription.entity.js'
import type { AccountRow } from '../../../entities/identity/account.entity.js'
import type { Transaction } from '../../kernel/database/database.js'
import { remedy, type Denial } from '../../kernel/denials/denial.js'
import type { BillingContext } from '../billing-context.js'
import { loadBuyerFacts } from '../offers/buyer-facts.js'
import { decidePlanOffer } from '../offers/decide-plan-offer.js'
import type { Offer } from '../offers/offer.js'
import { frozenByDispute } from '../purchases/frozen.js'
import { liveSubscriptionOfGroup } from './checkout-queries.js'
import { sell, type SaleOutcome } from './sell.js'
import { subscriptionRequest, type StartSubscription } from './subscription-request.js'

export interface SubscriptionConflict extends Denial {
  readonly __typename: 'SubscriptionConflict'
  readonly code: 'SUBSCRIPTION_CONFLICT'
  readonly subscription: BillingSubscriptionRow
}

/** Begins to sell a plan. Plans of one group exclude each other: who has one changes it. */
export function startSubscription(context: BillingContext, input: StartSubscription): Promise<SaleOutcome> {
  const request = subscriptionRequest(input)
  return sell(context, {
    mutation: 'startSubscription',
    input,
    request,
    offer: async (account) =>
      decidePlanOffer(
        context.catalog.current(),
        context.config.mode,
        request,
        await loadBuyerFacts(context.database, account.id),
      ),
    inTheWay: async (transaction, account, offer) =>
      (await frozenByDispute(transaction, account.id)) ?? (await conflictOf(transaction, account, offer)),
  })
}

async function conflictOf(
  transaction: Transaction,
  account: AccountRow,
  { group }: Offer,
): Promise<SubscriptionConflict | null> {
  const subscription = await liveSubscriptionOfGroup(transaction, account.id, group)
  if (!subscription) return null
  const target = { __typename: 'BillingSubscription', id: subscription.id }
  return {
    __typename: 'SubscriptionConflict',
    code: 'SUBSCRIPTION_CONFLICT',
    message: 'The account already subscribes to a plan of this group: change the plan instead.',
    remedies: [remedy('CHANGE_PLAN', 'Change the plan', { mutation: 'changePlan', target })],
    subscription,
  }
}
