import { byLength, fitTogether, intervalAdverb, yearlyAmount } from '#services/catalog/products/interval.js'
import type { BillingInterval } from '#entities/kernel/billing-interval.js'
import {
  type CatalogPackage,
  ordinaryVersion,
  priceOf,
  type CatalogPlan,
  type CatalogPrice,
  type CatalogSnapshot,
} from '#services/catalog/snapshot/catalog-snapshot.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import type { ProviderAbilities } from '#services/billing/providers/subscription-port.js'
import { saleDenied } from '#services/entitlements/model/hold-denial.js'
import { subscriptionConflict, type SubscriptionConflict } from '#services/billing/model/subscription-conflict.js'
import { alreadyIncluded, withoutSubscription } from '#services/billing/model/already-included.js'
import { decideAcceptance, ordinaryPrice } from '#services/billing/model/negotiated-plans.js'
import {
  cancelFirst,
  MAX_QUANTITY,
  noPrice,
  payAtInterval,
  removeUnits,
  validateQuantity,
} from '#services/billing/model/offer.js'
import { endingTerm, isEndOfTerm, ordinaryPriceFollows } from '#services/billing/model/ending-term.js'
import {
  cancellationScheduled,
  noActiveSubscription,
  paymentOverdue,
  changeInProgress,
} from '#services/billing/model/change-denials.js'
import type { SubscriptionState } from '#services/billing/model/load-subscription-state.js'

/** Requested change. Undefined fields stay unchanged. */
export interface PlanChangeRequest {
  readonly plan: string
  readonly interval: BillingInterval | null
  readonly quantity: number | null
  readonly at: 'NOW' | 'PERIOD_END' | null
  /** Offer whose price, interval and quantity apply instead of the requested ones. Absent without one. */
  readonly negotiatedPlanId?: string
  /** Promotion code to redeem with the change. Absent without one. */
  readonly promotionCode?: string
}

/** A plan at a price, with a quantity. */
export interface PlanTarget {
  readonly plan: CatalogPlan
  readonly price: CatalogPrice
  readonly quantity: number
}

export type PlanChangeDecision =
  | {
      readonly kind: 'change'
      readonly at: 'NOW' | 'PERIOD_END'
      readonly effectiveAt: Date
      readonly target: PlanTarget
      /** The interval changes, so a new period begins with it. */
      readonly restartsPeriod: boolean
      /** End of the running trial after a change now. Null if the change ends the trial, or without a trial. */
      readonly trialUntil: Date | null
    }
  /** The requested terms are the current ones, and a scheduled change to others is canceled. */
  | { readonly kind: 'undo'; readonly target: PlanTarget }

/**
 * Pure: effect of a requested plan change, or a denial. An upgrade is immediate, a downgrade at the end of the paid
 * period.
 */
export function decidePlanChange(
  catalog: CatalogSnapshot,
  state: SubscriptionState | null,
  request: PlanChangeRequest,
  now: Date,
  abilities: Pick<ProviderAbilities, 'changeNow'> = { changeNow: true },
): PlanChangeDecision | Refused | SubscriptionConflict {
  const plan = catalog.planByCode.get(request.plan)
  if (!plan?.active)
    return refused('INVALID_PLAN', `Invalid plan tier: plan '${request.plan}' is not for sale.`, { field: 'plan' })
  if (plan.prices.length === 0)
    return refused('INVALID_PLAN', `Invalid plan tier: '${plan.code}' is free. Cancel the subscription instead.`, {
      field: 'plan',
      remedies: [cancelFirst],
    })
  if (!state) return noActiveSubscription()
  const included = alreadyIncluded(state.lifetimePlans, plan, [withoutSubscription(state.subscription)])
  if (included) return included
  const stopped = changeInProgress(state) ?? cancellationScheduled(state) ?? paymentOverdue(state)
  if (stopped) return stopped
  const target = request.negotiatedPlanId
    ? negotiatedTarget(catalog, state, request, now)
    : targetOf(catalog, state, plan, request)
  if ('code' in target) return target
  if (isSame(state, target)) {
    if (isEndOfTerm(state) && state.planned?.toQuantity === target.quantity) return ordinaryPriceFollows(state)
    if (isEndOfTerm(state)) return withOrdinaryPrice(catalog, state, timed(state, target, 'PERIOD_END', now, abilities))
    if (state.planned) return { kind: 'undo', target }
    return subscriptionConflict(state.subscription, `The subscription is already on ${plan.name}.`)
  }
  if (state.hold && isUpgrade(state, target)) return saleDenied(state.hold)
  return withOrdinaryPrice(catalog, state, timed(state, target, request.at, now, abilities))
}

/** The offered price with its quantity, in the currency of the subscription. */
function negotiatedTarget(
  catalog: CatalogSnapshot,
  state: SubscriptionState,
  { plan, negotiatedPlanId }: PlanChangeRequest,
  now: Date,
): PlanTarget | Refused {
  const offered = state.negotiated?.find(({ id }) => id === negotiatedPlanId)
  const target = decideAcceptance(catalog, offered, { plan, now })
  if ('code' in target) return target
  const { currency } = state.price.money
  if (target.price.money.currency === currency) return target
  return refused(
    'INVALID_PRICE',
    `The subscription is billed in ${currency}, and the offer in ${target.price.money.currency}. Cancel the subscription, and accept the offer after its end.`,
    {
      field: 'negotiatedPlanId',
      remedies: [cancelFirst],
    },
  )
}

/** A change that begins after the term of a negotiated price has the price of the catalog. */
function withOrdinaryPrice(
  catalog: CatalogSnapshot,
  state: SubscriptionState,
  decision: Extract<PlanChangeDecision, { kind: 'change' }>,
): PlanChangeDecision {
  const { target, at } = decision
  if (at === 'NOW' || target.price.id !== state.price.id || !endingTerm(state)) return decision
  const price = ordinaryPrice(catalog, target)
  if (!price) return decision
  return { ...decision, target: { ...target, plan: ordinaryVersion(catalog, target.plan), price } }
}

function targetOf(
  catalog: CatalogSnapshot,
  state: SubscriptionState,
  plan: CatalogPlan,
  request: PlanChangeRequest,
): PlanTarget | Refused {
  const interval = request.interval ?? state.price.interval
  const { currency } = state.price.money
  const keeps = plan.id === state.plan.id && interval === state.price.interval
  // A subscriber who keeps the plan keeps its price, even if it is no longer for sale.
  const price = keeps ? state.price : priceOf(catalog, plan, interval, currency)
  if (!price) {
    const instead = payAtInterval(plan, { currency, quantity: request.quantity ?? state.quantity })
    return noPrice(plan, interval, currency, { field: 'interval', instead })
  }
  const apart = state.addons.find(({ item, sold }) => !fitsAddon(price.interval, item.priceId, sold))
  if (apart)
    return refused(
      'INVALID_PRICE',
      `${apart.sold.name} cannot be combined with a plan that is billed ${intervalAdverb(price.interval)}. Remove it first.`,
      {
        field: 'interval',
        remedies: [removeUnits(apart.sold, apart.item.quantity)],
      },
    )
  const quantity = request.quantity ?? (price.per ? state.quantity : 1)
  const wrong = validateQuantity(plan.name, quantity, price.per ? MAX_QUANTITY : 1, 'CHANGE_PLAN')
  if (wrong) return wrong
  return { plan: keeps ? state.plan : plan, price, quantity }
}

function fitsAddon(interval: BillingInterval, priceId: string, { prices }: CatalogPackage): boolean {
  const paid = prices.find(({ id }) => id === priceId)
  return !paid || fitTogether([interval, paid.interval])
}

const isSame = (state: SubscriptionState, { price, quantity }: PlanTarget) =>
  price.id === state.price.id && quantity === state.quantity

function timed(
  state: SubscriptionState,
  target: PlanTarget,
  requested: 'NOW' | 'PERIOD_END' | null,
  now: Date,
  { changeNow }: Pick<ProviderAbilities, 'changeNow'>,
): Extract<PlanChangeDecision, { kind: 'change' }> {
  const { currentPeriodEnd } = state.subscription
  const later = requested ?? (changeNow && isUpgrade(state, target) ? 'NOW' : 'PERIOD_END')
  const at = currentPeriodEnd ? later : 'NOW'
  return {
    kind: 'change',
    at,
    effectiveAt: at === 'NOW' ? now : currentPeriodEnd!,
    target,
    restartsPeriod: target.price.interval !== state.price.interval,
    trialUntil: at === 'NOW' ? trialAfter(state, target, now) : null,
  }
}

/**
 * A trial is of the plan and quantity that it was given for. Another interval keeps it until its end, which can have been extended at
 * the provider. Another plan keeps it only if that plan has a trial that the account has not had, and then only for what is left:
 * counted from the beginning of the running trial.
 */
export function trialAfter(
  { subscription, plan, quantity, triedPlanIds }: SubscriptionState,
  target: PlanTarget,
  now: Date,
): Date | null {
  const { status, trialEnd, startedAt } = subscription
  if (status !== 'TRIALING' || !trialEnd) return null
  if (target.plan.id === plan.id) return target.quantity === quantity && trialEnd > now ? trialEnd : null
  if (triedPlanIds.has(target.plan.id)) return null
  const ownEnd = startedAt.getTime() + target.price.trialDays * DAY_MS
  const until = new Date(Math.min(trialEnd.getTime(), ownEnd))
  return until > now ? until : null
}

const DAY_MS = 86_400_000

/** Up is a higher rank; at the same rank a longer interval, else a higher cost over the year. */
export function isUpgrade(from: Pick<SubscriptionState, 'plan' | 'price' | 'quantity'>, to: PlanTarget): boolean {
  if (to.plan.rank !== from.plan.rank) return to.plan.rank > from.plan.rank
  if (to.price.interval !== from.price.interval) return byLength(to.price.interval, from.price.interval) > 0
  return yearly(to) >= yearly(from)
}

const yearly = ({ price, quantity }: { price: CatalogPrice; quantity: number }) =>
  yearlyAmount(price.money.amountMinor * quantity, price.interval)
