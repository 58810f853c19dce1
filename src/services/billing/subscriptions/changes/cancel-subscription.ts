import type { CancelSubscriptionArgs } from '#schema/billing/subscription-change.type.js'
import { refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { requireAccount } from '#services/identity/model/guard.js'
import { providerOf, type BillingContext } from '#services/billing/model/billing-context.js'
import { isUnpaidByPause } from '#services/billing/model/is-paused.js'
import { changeSubscription, type SubscriptionOutcome } from './change-subscription.js'
import { noActiveSubscription } from '#services/billing/model/change-denials.js'
import type { ChangeDecision } from './record-change.js'
import type { SubscriptionState } from '#services/billing/model/load-subscription-state.js'

const MAX_REASON_LENGTH = 500

/** Cancels a subscription immediately or at the end of the paid period. */
export async function cancelSubscription(
  context: BillingContext,
  input: CancelSubscriptionArgs,
): Promise<SubscriptionOutcome | Denied> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const request = { at: input.at ?? ('PERIOD_END' as const), reason: input.reason?.trim() || null }
  if ((request.reason?.length ?? 0) > MAX_REASON_LENGTH)
    return denied(
      refused('INVALID_PARAMETERS', `reason must be at most ${MAX_REASON_LENGTH} characters long.`, {
        field: 'reason',
      }),
    )
  return changeSubscription(context, {
    account,
    mutation: 'cancelSubscription',
    idempotencyKey: input.idempotencyKey,
    request,
    group: null,
    decide: (state, now) => decidePossibleCancel(context, state, request, now),
  })
}

/** The decision, as the provider of the subscription receives it. */
export function decidePossibleCancel(
  context: BillingContext,
  state: SubscriptionState | null,
  request: Parameters<typeof decideCancel>[1],
  now: Date,
): ChangeDecision {
  const decision = decideCancel(state, request, now)
  const isPlanned = state && 'at' in decision && decision.at === 'PERIOD_END'
  // A provider without period ends receives the cancellation at the period end.
  return isPlanned && !providerOf(context, state.subscription.provider).abilities.endAtPeriodEnd
    ? { ...decision, pushedToProvider: false }
    : decision
}

/** Pure: a second request to end at the period's end changes nothing. A change in progress never blocks a cancellation. */
export function decideCancel(
  state: SubscriptionState | null,
  { at, reason }: { readonly at: 'NOW' | 'PERIOD_END'; readonly reason: string | null },
  now: Date,
): ChangeDecision {
  if (!state) return noActiveSubscription()
  const { cancelAt, currentPeriodEnd } = state.subscription
  // After the paid period of a pause, there is nothing left to wait for.
  if (isUnpaidByPause(state.subscription, now)) return { kind: 'CANCEL', at: 'NOW', effectiveAt: now, reason }
  if (at === 'PERIOD_END' && cancelAt && !state.open) return { kind: 'already' }
  return { kind: 'CANCEL', at, effectiveAt: at === 'NOW' ? now : (currentPeriodEnd ?? now), reason }
}
