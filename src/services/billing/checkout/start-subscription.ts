import type { StartSubscriptionInput } from '#schema/billing/start-subscription.type.js'
import type { AccountRow } from '#entities/identity/account.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { intervalWord } from '#services/catalog/products/interval.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { refused, remedy, type Denial, type NodeReference } from '#services/kernel/denials/denial.js'
import type { BillingContext } from '../model/billing-context.js'
import { decideAcceptance, findNegotiatedPlan } from '../model/negotiated-plans.js'
import { loadBuyer } from '../model/load-buyer.js'
import { withNegotiatedPrice } from '../model/find-promotion.js'
import { decidePlanOffer } from '../model/decide-plan-offer.js'
import type { Offer } from '../model/offer.js'
import type { ProviderName } from '../providers/provider-name.js'
import { unsupportedAbility } from '../model/unsupported-ability.js'
import { purchaseDenial } from '../sales/payment-state.js'
import { insteadOfSubscribing } from '../model/change-denials.js'
import { stateOf } from '../model/load-subscription-state.js'
import { invoiceTermsOf } from '../model/invoice-terms.js'
import { alreadyIncluded } from '../model/already-included.js'
import { ownPlans } from '../model/own-plans.js'
import { lifetimeConflict } from '../model/lifetimes.js'
import { subscriptionConflict } from '../model/subscription-conflict.js'
import { liveSubscriptionOfGroup } from '../model/checkout-queries.js'
import { startCheckout, type CheckoutDefinition, type StartCheckoutOutcome } from './start-checkout.js'
import { subscriptionRequest, type SubscriptionRequest } from '../model/subscription-request.js'

/** Starts the sale of a plan. Plans of one group exclude each other: an account with one changes it instead. */
export const startSubscription = (
  context: BillingContext,
  input: StartSubscriptionInput,
): Promise<StartCheckoutOutcome> => startCheckout(context, saleOfPlan(context, input))

export function saleOfPlan(
  context: BillingContext,
  input: StartSubscriptionInput,
): CheckoutDefinition<SubscriptionRequest> {
  const request = subscriptionRequest({ ...input, interval: input.interval ? intervalWord(input.interval) : null })
  return {
    mutation: 'startSubscription',
    input,
    request,
    offer: async (account, provider) => {
      if (input.lifetime && input.interval)
        return refused('INVALID_PARAMETERS', 'A plan for its lifetime is paid once, so it has no interval.', {
          field: 'interval',
        })
      const negotiated = await acceptable(context, context.database, account, request, provider)
      if (negotiated && 'message' in negotiated) return negotiated
      const offer = decidePlanOffer(
        context.catalog.current(),
        context.config.mode,
        negotiated ? { ...request, ...negotiated.asRequested } : request,
        await loadBuyer(context, account.id),
        negotiated?.price,
      )
      return 'message' in offer ? offer : (withoutAddress(context, account, offer, provider) ?? offer)
    },
    findConflict: async (sql, account, offer, provider) =>
      (await purchaseDenial(context, sql, account.id)) ??
      (await lifetimeDenial(context, sql, account, request)) ??
      (await noLongerAcceptable(context, sql, account, request, provider)) ??
      (await conflictOf(context, sql, account, offer, request, provider)),
    startsAt: (transaction, account, offer, provider) => endOfPredecessor(transaction, account, offer, provider),
  }
}

/** Denial of a plan by invoice whose taxes depend on an address that no page requests. Null if it is not one, or has the address. */
function withoutAddress(
  context: BillingContext,
  account: AccountRow,
  offer: Offer,
  provider: ProviderName,
): Denial | null {
  const needsAddress = context.catalog.current().taxes && invoiceTermsOf(context, account, offer, provider)
  if (!needsAddress || account.billingDetails?.address) return null
  return refused('INVALID_PARAMETERS', 'Taxes depend on the address for invoices, which is missing. Enter it first.', {
    remedies: [remedy('CONTINUE_CHECKOUT', 'Enter the address', { mutation: 'updateBillingDetails' })],
  })
}

/** The terms of an offer that the account accepts with a new subscription, or a denial. Null if it accepts none. */
async function acceptable(
  context: BillingContext,
  sql: Sql,
  { id: accountId }: AccountRow,
  { negotiatedPlanId, plan, promotionCode }: SubscriptionRequest,
  provider: ProviderName,
) {
  if (!negotiatedPlanId) return null
  if (promotionCode) return withNegotiatedPrice(promotionCode)
  const port = context.providers[provider]
  const lacking = port && unsupportedAbility(port, 'negotiatedPrices', 'provider')
  if (lacking) return lacking
  const row = await findNegotiatedPlan(sql, accountId, negotiatedPlanId)
  const terms = decideAcceptance(context.catalog.current(), row, { plan, now: context.clock.now() })
  if ('code' in terms) return terms
  const { price, quantity } = terms
  return { price, asRequested: { interval: price.interval, currency: price.money.currency, quantity, trialDays: null } }
}

/** Read again under the lock of the account: a payment for a lifetime can have arrived since the offer. */
async function lifetimeDenial(
  { catalog }: BillingContext,
  sql: Sql,
  account: AccountRow,
  { plan: code }: SubscriptionRequest,
): Promise<Denial | null> {
  const plan = catalog.current().planByCode.get(code)
  return plan ? alreadyIncluded((await ownPlans(catalog.current(), sql, account.id)).lifetimePlans, plan) : null
}

/** Read again under the lock of the account: an operator can have withdrawn the offer. */
async function noLongerAcceptable(
  context: BillingContext,
  sql: Sql,
  account: AccountRow,
  request: SubscriptionRequest,
  provider: ProviderName,
): Promise<Denial | null> {
  const found = await acceptable(context, sql, account, request, provider)
  return found && 'message' in found ? found : null
}

/** End of the subscription at another provider that is replaced. Null if there is none. */
async function endOfPredecessor(
  transaction: Transaction,
  account: AccountRow,
  { group, price }: Offer,
  provider: ProviderName,
): Promise<Date | null> {
  if (price.interval === 'ONE_TIME') return null
  const running = await liveSubscriptionOfGroup(transaction, account.id, group)
  return running && running.provider !== provider ? running.cancelAt : null
}

/**
 * A subscription that is scheduled to end does not block a new one at another provider if the start date is at least
 * `startsAheadHours` away. At most one successor is allowed.
 */
async function conflictOf(
  context: BillingContext,
  sql: Sql,
  account: AccountRow,
  { group, price: { interval } }: Offer,
  { plan, quantity }: SubscriptionRequest,
  provider: ProviderName,
): Promise<Denial | null> {
  const subscription = await liveSubscriptionOfGroup(sql, account.id, group)
  if (!subscription) return null
  const { cancelAt } = subscription
  if (interval === 'ONE_TIME') return lifetimeConflict(subscription)
  if (cancelAt && subscription.provider !== provider) {
    const hours = context.providers[provider]?.abilities.startsAheadHours ?? 0
    if (cancelAt.getTime() - context.clock.now().getTime() >= hours * 3_600_000) return null
    return subscriptionConflict(
      subscription,
      `The current subscription ends in less than ${hours} hours, which is too late to schedule ${provider}. Subscribe after it has ended.`,
      [remedy('WAIT', 'Subscribe after it has ended', { at: cancelAt })],
    )
  }
  const state = await stateOf(context, sql, context.catalog.current(), subscription)
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
