import type { ChangePlanInput, PlanChangeTerms } from '#schema/billing/change-plan.type.js'
import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import type { Refused } from '#services/kernel/denials/denial.js'
import type { Denied } from '#services/kernel/result/denied.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import type { Money } from '#services/kernel/money/money.js'
import type { SubscriptionConflict } from '#services/billing/model/subscription-conflict.js'
import { executeChange } from './execute-change.js'
import { intervalWord } from '#services/catalog/products/interval.js'
import { creditOfChange } from '#services/billing/model/change-queries.js'
import type { Promotion } from '#services/billing/model/find-promotion.js'
import { findPromotionOfChange } from './find-promotion-of-change.js'
import { decidePlanChange, type PlanChangeDecision, type PlanChangeRequest } from './decide-plan-change.js'
import { recordChange, type NewChange } from './record-change.js'
import { overageDenial } from '#services/billing/model/overage-denial.js'
import { ofRunning, unsupportedAbility } from '#services/billing/model/unsupported-ability.js'
import type { SubscriptionState } from '#services/billing/model/load-subscription-state.js'

export interface PlanChangedOutcome {
  readonly kind: 'changed'
  readonly subscription: BillingSubscriptionRow
  readonly effectiveAt: Date
  /** Page where the buyer must confirm the change before it takes effect. */
  readonly actionUrl: string | null
  /** Credit for unused time; null if it gave none. */
  readonly credit: Money | null
}

/** Changes plan, interval or quantity. The decision is stored before the provider is called. */
export async function changePlan(
  context: BillingContext,
  input: ChangePlanInput,
): Promise<PlanChangedOutcome | Denied> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const request = planChangeRequest(input)
  let promotion: Promotion | null = null
  const recorded = await recordChange(context, {
    account,
    mutation: 'changePlan',
    idempotencyKey: input.idempotencyKey,
    request,
    group: groupOf(context, request),
    decide: (state, now) => {
      const decision = decidePossibleChange(context, state, request, now)
      if ('code' in decision) return decision
      return {
        ...toChange(state!, decision, now),
        promotionCode: promotion?.code ?? null,
        promotionId: promotion?.externalId ?? null,
      }
    },
    check: async (state, now) => {
      const decision = decidePossibleChange(context, state, request, now)
      if ('code' in decision) return null
      const found = await findPromotionOfChange(context, state!, decision, request)
      if (found && 'message' in found) return found
      promotion = found
      return null
    },
  })
  if (recorded.kind !== 'change') return recorded as Denied
  const outcome = await executeChange(context, recorded.change)
  if (outcome.kind === 'denied') return outcome
  const { subscription, change } = outcome
  return {
    kind: 'changed',
    subscription,
    effectiveAt: change.effectiveAt,
    actionUrl: change.status === 'REQUIRES_CONFIRMATION' ? change.actionUrl : null,
    credit: creditOfChange(change),
  }
}

export const planChangeRequest = (input: PlanChangeTerms): PlanChangeRequest => ({
  plan: input.plan,
  interval: input.interval ? intervalWord(input.interval) : null,
  quantity: input.quantity ?? null,
  at: input.at ?? null,
  ...(input.negotiatedPlanId ? { negotiatedPlanId: input.negotiatedPlanId } : {}),
  ...(input.promotionCode ? { promotionCode: input.promotionCode } : {}),
})

export const groupOf = (context: BillingContext, { plan }: PlanChangeRequest): string | null =>
  context.catalog.current().planByCode.get(plan)?.group ?? null

/** The decision, and what this subscription's provider cannot do of it. */
export function decidePossibleChange(
  context: BillingContext,
  state: SubscriptionState | null,
  request: PlanChangeRequest,
  now: Date,
): PlanChangeDecision | Refused | SubscriptionConflict {
  const port = state?.port
  const decision = decidePlanChange(context.catalog.current(), state, request, now, port?.abilities)
  if ('code' in decision) return decision
  const needed = decision.kind === 'change' && decision.at === 'NOW' ? 'changeNow' : 'changeAtPeriodEnd'
  return (
    ofRunning(request.negotiatedPlanId ? unsupportedAbility(port!, 'negotiatedPrices', 'negotiatedPlanId') : null) ??
    unsupportedAbility(port!, needed, 'at') ??
    ofRunning(overageDenial(context.catalog.current(), port!, decision.target.plan.versionId)) ??
    decision
  )
}

/** The decision as the row to store or to preview. */
export function toChange(state: SubscriptionState, decision: PlanChangeDecision, now: Date): NewChange {
  const from = {
    fromPlanVersionId: state.plan.versionId,
    fromPriceId: state.price.id,
    fromQuantity: state.quantity,
  }
  const { plan, price, quantity } = decision.target
  const to = { toPlanVersionId: plan.versionId, toPriceId: price.id, toQuantity: quantity }
  return decision.kind === 'undo'
    ? { kind: 'RESUME', at: 'NOW', effectiveAt: now, ...to }
    : {
        kind: 'PLAN',
        at: decision.at,
        effectiveAt: decision.effectiveAt,
        trialUntil: decision.trialUntil,
        ...from,
        ...to,
      }
}
