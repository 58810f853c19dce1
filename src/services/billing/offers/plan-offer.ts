import type { BillingInterval } from '#entities/kernel/billing-interval.js'
import { toInterval } from '#services/catalog/products/interval.js'
import type { CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import { COMPED } from '#services/entitlements/plans/assign-plan.js'
import { loadSnapshot } from '#services/entitlements/snapshot/load-snapshot.js'
import type { Denial } from '#services/kernel/denials/denial.js'
import type { Money } from '#services/kernel/money/money.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { BillingContext } from '../model/billing-context.js'
import { subscriptionRequest } from '../model/subscription-request.js'
import { decidePossibleChange } from '../subscriptions/changes/change-plan.js'
import { isUpgrade } from '../subscriptions/changes/decide-plan-change.js'
import { lifetimeConflict } from '../model/lifetimes.js'
import { loadSubscriptionState, type SubscriptionState } from '../model/load-subscription-state.js'
import { previewPlanChange } from '../subscriptions/changes/preview-plan-change.js'
import { decidePlanOffer, type OfferInput } from '../model/decide-plan-offer.js'
import { loadBuyer } from '../model/load-buyer.js'

/** A plan and the terms of interest. */
export interface PlanOfferRequest {
  readonly accountId: string
  readonly plan: string
  /** Null: that of the subscription, otherwise as in `SubscriptionRequest`. */
  readonly interval: BillingInterval | null
  /** Null: that of the subscription, otherwise 1. */
  readonly quantity: number | null
}

/** Offer of a plan to an account. */
export interface PlanOffer {
  readonly action: 'SUBSCRIBE' | 'UPGRADE' | 'DOWNGRADE' | 'KEEP' | 'CURRENT' | 'NONE'
  readonly effectiveAt: Date | null
  readonly denial: Denial | null
  /** Amount due now. Undefined if the provider calculates it. */
  readonly amountNow: Money | null | undefined
  readonly request: PlanOfferRequest
}

/** State of an account that decides its offers. */
interface OfferedAccount {
  readonly state: SubscriptionState | null
  readonly buyer: OfferInput
  /** Versions of the plans that the account has without a subscription. */
  readonly heldPlanIds: ReadonlySet<string>
}

/** Each request reads the state of an account and group once, however many plans it lists. */
const loaded = new WeakMap<object, Map<string, Promise<OfferedAccount>>>()

/** Action, time and denial of a plan for an account. Nothing is changed, and the provider is not called. */
export async function planOffer(
  context: BillingContext,
  plan: CatalogPlan,
  input: Partial<Omit<PlanOfferRequest, 'plan'>>,
): Promise<PlanOffer> {
  const account = await requireAccount(context, input.accountId, 'billing:read')
  const { interval = null, quantity = null } = input
  const request = { accountId: account.id, plan: plan.code, interval, quantity }
  const offered = await offeredAccount(context, account.id, plan.group)
  const { state } = offered
  if (!state) return newOffer(context, plan, offered, request)
  if (interval !== 'ONE_TIME') return changeOffer(context, plan, state, request)
  const denial = lifetimeConflict(state.subscription)
  return denial
    ? { ...unchanged('SUBSCRIBE', request), denial }
    : newOffer(context, plan, { ...offered, heldPlanIds: new Set() }, request)
}

/** Amount due now for a change that the provider prorates. Null if the provider cannot tell it, or denies the change. */
export async function amountOfChange(context: BillingContext, request: PlanOfferRequest): Promise<Money | null> {
  const preview = await previewPlanChange(context, {
    ...request,
    interval: request.interval && toInterval(request.interval),
  })
  return preview.kind === 'denied' ? null : preview.dueNow
}

function newOffer(
  context: BillingContext,
  plan: CatalogPlan,
  { buyer, heldPlanIds }: OfferedAccount,
  request: PlanOfferRequest,
): PlanOffer {
  if (heldPlanIds.has(plan.id)) return unchanged('CURRENT', request)
  if (plan.active && plan.prices.length === 0) return unchanged('NONE', request)
  const offer = decidePlanOffer(
    context.catalog.current(),
    context.config.mode,
    subscriptionRequest({ ...request, idempotencyKey: '' }),
    buyer,
  )
  if ('message' in offer) return { ...unchanged('NONE', request), denial: offer }
  const { amountMinor, trialDays, price } = offer
  return {
    action: 'SUBSCRIBE',
    effectiveAt: context.clock.now(),
    denial: null,
    amountNow: { amountMinor: trialDays > 0 ? 0 : amountMinor, currency: price.money.currency },
    request,
  }
}

function changeOffer(
  context: BillingContext,
  plan: CatalogPlan,
  state: SubscriptionState,
  request: PlanOfferRequest,
): PlanOffer {
  const { interval, quantity } = request
  const isSame =
    plan.id === state.plan.id &&
    (interval ?? state.price.interval) === state.price.interval &&
    (quantity ?? state.quantity) === state.quantity
  if (isSame && !state.planned) return unchanged('CURRENT', request)
  if (plan.active && plan.prices.length === 0) return unchanged('NONE', request)
  const now = context.clock.now()
  const decision = decidePossibleChange(context, state, { plan: plan.code, interval, quantity, at: null }, now)
  if ('code' in decision) {
    const action = plan.rank >= state.plan.rank ? 'UPGRADE' : 'DOWNGRADE'
    return { ...unchanged(plan.active ? action : 'NONE', request), denial: decision }
  }
  const { currency } = decision.target.price.money
  if (decision.kind === 'undo')
    return { action: 'KEEP', effectiveAt: now, denial: null, amountNow: { amountMinor: 0, currency }, request }
  return {
    action: isUpgrade(state, decision.target) ? 'UPGRADE' : 'DOWNGRADE',
    effectiveAt: decision.effectiveAt,
    denial: null,
    amountNow: decision.at === 'PERIOD_END' ? { amountMinor: 0, currency } : undefined,
    request,
  }
}

const unchanged = (action: PlanOffer['action'], request: PlanOfferRequest): PlanOffer => ({
  action,
  effectiveAt: null,
  denial: null,
  amountNow: null,
  request,
})

function offeredAccount(context: BillingContext, accountId: string, group: string): Promise<OfferedAccount> {
  const ofRequest = loaded.get(context) ?? new Map<string, Promise<OfferedAccount>>()
  loaded.set(context, ofRequest)
  const key = `${accountId} ${group}`
  let offered = ofRequest.get(key)
  if (!offered) ofRequest.set(key, (offered = readOfferedAccount(context, accountId, group)))
  return offered
}

async function readOfferedAccount(context: BillingContext, accountId: string, group: string): Promise<OfferedAccount> {
  const { database } = context
  const catalog = context.catalog.current()
  const state = await loadSubscriptionState(context, database, catalog, accountId, group)
  const buyer = await loadBuyer(context, accountId)
  const snapshot = await loadSnapshot(database, catalog, accountId, context.clock.now())
  // A complimentary plan can be subscribed to before its end.
  const held = snapshot?.held.filter(({ assignment }) => assignment?.sourceType !== COMPED)
  return { state, buyer, heldPlanIds: new Set(held?.map(({ plan }) => plan.id)) }
}
