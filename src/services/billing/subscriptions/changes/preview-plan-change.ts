import type { PlanChangeTerms } from '#schema/billing/change-plan.type.js'
import type { Money } from '#services/kernel/money/money.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { Entitlement } from '#services/entitlements/model/entitlement.js'
import { evaluateEntitlements } from '#services/entitlements/model/evaluate-entitlements.js'
import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { raisesAfter, type RaiseTime } from '#services/entitlements/model/raises.js'
import { planAmounts } from '#services/entitlements/model/raised-plan.js'
import { raiseOfChange } from '#services/billing/subscriptions/raise-of-change.js'
import { loadSnapshot } from '#services/entitlements/snapshot/load-snapshot.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { ProviderRejected, ProviderUnavailable } from '#services/billing/providers/provider-errors.js'
import type { PreviewLine } from '#services/billing/providers/subscription-port.js'
import { previewUnusedCredit } from '#services/billing/model/preview-unused-credit.js'
import { recordPaymentsFirst } from '#services/billing/unused-time/record-payments-first.js'
import { linesChange } from './send-change.js'
import { toChange, decidePossibleChange, groupOf, planChangeRequest } from './change-plan.js'
import type { PlanChangeDecision, PlanTarget } from './decide-plan-change.js'
import { unsupportedAbility } from '#services/billing/model/unsupported-ability.js'
import type { Promotion } from '#services/billing/model/find-promotion.js'
import { providerUnavailable } from '#services/billing/model/change-denials.js'
import { findPromotionOfChange, promotionRejected } from './find-promotion-of-change.js'
import { loadSubscriptionState, type SubscriptionState } from '#services/billing/model/load-subscription-state.js'

export interface PreviewedChange {
  readonly kind: 'preview'
  readonly dueNow: Money
  /** Credit for unused time; never a part of `dueNow`. */
  readonly credit: Money
  readonly lines: readonly PreviewLine[]
  readonly next: { readonly amount: Money; readonly at: Date }
  readonly effectiveAt: Date
  /** A new period begins with the change now and is charged in full, after the credit. */
  readonly beginsPeriod: boolean
  readonly entitlementsBefore: readonly Entitlement[]
  readonly entitlementsAfter: readonly Entitlement[]
}

/** Plan change without writing anything: same input, same decision; the provider only previews it. */
export async function previewPlanChange(
  context: BillingContext,
  input: PlanChangeTerms,
): Promise<PreviewedChange | Denied> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const request = planChangeRequest(input)
  const catalog = context.catalog.current()
  const now = context.clock.now()
  const state = await loadSubscriptionState(context, context.database, catalog, account.id, groupOf(context, request))
  const decision = decidePossibleChange(context, state, request, now)
  if ('code' in decision) return denied(decision)
  const promotion = await findPromotionOfChange(context, state!, decision, request)
  if (promotion && 'message' in promotion) return denied(promotion)
  const { port } = state!
  const blind = unsupportedAbility(port, 'preview')
  if (blind) return denied(blind)
  try {
    const costs = await costsOf(context, state!, decision, { now, promotion })
    const snapshot = (await loadSnapshot(context.database, catalog, account.id, now))!
    return {
      kind: 'preview',
      ...costs,
      effectiveAt: decision.kind === 'undo' ? now : decision.effectiveAt,
      entitlementsBefore: evaluateEntitlements(catalog, snapshot),
      entitlementsAfter: evaluateEntitlements(
        catalog,
        withTerms(snapshot, decision.target, effectOf(state!, decision, costs, now)),
      ),
    }
  } catch (error) {
    if (error instanceof ProviderRejected && error.about === 'PROMOTION')
      return denied(promotionRejected(request.promotionCode))
    if (error instanceof ProviderUnavailable) return denied(providerUnavailable(context))
    throw error
  }
}

async function costsOf(
  context: BillingContext,
  state: SubscriptionState,
  decision: PlanChangeDecision,
  { now, promotion }: { readonly now: Date; readonly promotion: Promotion | null },
): Promise<Pick<PreviewedChange, 'dueNow' | 'credit' | 'lines' | 'next' | 'beginsPeriod'>> {
  const { currency } = decision.target.price.money
  const { port } = state
  const change = {
    id: '',
    attempt: 0,
    asOf: now,
    fromPriceId: null,
    fromQuantity: null,
    toPriceId: null,
    toQuantity: null,
    trialUntil: null,
    ...toChange(state, decision, now),
    promotionId: promotion?.externalId ?? null,
    promotionMonths: promotion?.months ?? null,
  }
  // Canceling a scheduled change costs nothing: the subscription continues as paid.
  if (decision.kind === 'undo') {
    const { next } = await port.previewLines(await linesChange(context, port, state, { ...change, unusedTime: null }))
    const free = { amountMinor: 0, currency }
    return { dueNow: free, credit: free, lines: [], beginsPeriod: false, next }
  }
  await recordPaymentsFirst(context, state, change)
  const unused = await previewUnusedCredit(context, state, change, now)
  const request = await linesChange(context, port, state, { ...change, unusedTime: unused.unusedTime })
  const { dueNow, lines, next } = await port.previewLines(request)
  return {
    // The credit is on the balance before a new period is charged.
    dueNow: { amountMinor: Math.max(0, dueNow.amountMinor - unused.creditMinor), currency },
    credit: { amountMinor: unused.creditMinor, currency },
    lines: [...unused.lines, ...lines],
    beginsPeriod: decision.at === 'NOW' && (request.trial ? request.trial.kind === 'ENDS' : request.restartsPeriod),
    next,
  }
}

/** Effect of a change on the allowances of the current window. */
interface Effect {
  readonly raise: RaiseTime | null
  /** The time at which new windows begin. Null if the current windows continue. */
  readonly windowsFrom: Date | null
}

function effectOf(
  { subscription, price, quantity }: SubscriptionState,
  decision: PlanChangeDecision,
  { beginsPeriod }: Pick<PreviewedChange, 'beginsPeriod'>,
  now: Date,
): Effect {
  if (decision.kind === 'undo' || decision.at !== 'NOW' || subscription.status === 'TRIALING')
    return { raise: null, windowsFrom: null }
  if (beginsPeriod) return { raise: null, windowsFrom: now }
  const { target } = decision
  const raise = raiseOfChange({
    before: { priceId: price.id, amountMinor: price.money.amountMinor, quantity },
    after: { priceId: target.price.id, amountMinor: target.price.money.amountMinor, quantity: target.quantity },
    periodStart: subscription.currentPeriodStart,
    periodEnd: subscription.currentPeriodEnd,
    isSamePeriod: true,
    change: undefined,
    now,
  })
  return { raise, windowsFrom: null }
}

/** The same with what a change now adds within the paid period, in proportion to its money. */
function withTerms(snapshot: AccountSnapshot, target: PlanTarget, { raise, windowsFrom }: Effect): AccountSnapshot {
  const held = snapshot.held.find(({ plan }) => plan.group === target.plan.group)
  const assignment = held?.assignment ?? null
  const [before, after] = [held && assignment && { plan: held.plan, quantity: assignment.quantity }, target].map(
    (terms) => (terms ? planAmounts(snapshot, terms.plan, { assignment, quantity: terms.quantity }) : null),
  )
  const raises = raise && before && after ? raisesAfter(assignment?.raises ?? [], before, after, raise) : []
  const changed = withPlan(snapshot, target)
  return {
    ...changed,
    held: changed.held.map((one) =>
      one.plan.group === target.plan.group && one.assignment
        ? {
            ...one,
            assignment: { ...one.assignment, raises, billingAnchor: windowsFrom ?? one.assignment.billingAnchor },
          }
        : one,
    ),
  }
}

/** The snapshot of an account as if it held another plan of the same group. */
export function withPlan(
  snapshot: AccountSnapshot,
  { plan, quantity }: Pick<PlanTarget, 'plan' | 'quantity'>,
): AccountSnapshot {
  return {
    ...snapshot,
    held: snapshot.held.map((held) =>
      held.plan.group === plan.group
        ? { plan, assignment: held.assignment && { ...held.assignment, planVersionId: plan.versionId, quantity } }
        : held,
    ),
  }
}
