import type { CancelSubscriptionArgs } from '#schema/billing/subscription-change.type.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
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
  const request = cancellationRequest(input)
  const invalid = invalidCancellation(request)
  if (invalid) return denied(invalid)
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
  request: CancellationRequest,
  now: Date,
): ChangeDecision {
  const decision = decideCancel(state, request, now)
  const isPlanned = state && 'at' in decision && decision.at === 'PERIOD_END'
  // A provider without period ends receives the cancellation at the period end.
  return isPlanned && !state.port.abilities.endAtPeriodEnd ? { ...decision, pushedToProvider: false } : decision
}

interface CancellationRequest {
  readonly at: 'NOW' | 'PERIOD_END'
  readonly reason: string | null
}

/** Returns the request of a cancellation or of its preview, with defaults. */
export const cancellationRequest = ({
  at,
  reason,
}: Pick<CancelSubscriptionArgs, 'at' | 'reason'>): CancellationRequest => ({
  at: at ?? 'PERIOD_END',
  reason: reason?.trim() || null,
})

/** Pure: problem of the reason of a cancellation. Null if it has none. */
export const invalidCancellation = ({ reason }: CancellationRequest): Refused | null =>
  (reason?.length ?? 0) > MAX_REASON_LENGTH
    ? refused('INVALID_PARAMETERS', `reason must be at most ${MAX_REASON_LENGTH} characters long.`, { field: 'reason' })
    : null

/** Pure: a second request to end at the period's end changes nothing. A change in progress never blocks a cancellation. */
export function decideCancel(
  state: SubscriptionState | null,
  { at, reason }: CancellationRequest,
  now: Date,
): ChangeDecision {
  if (!state) return noActiveSubscription()
  const { cancelAt, currentPeriodEnd } = state.subscription
  // After the paid period of a pause, there is nothing left to wait for.
  if (isUnpaidByPause(state.subscription, now)) return { kind: 'CANCEL', at: 'NOW', effectiveAt: now, reason }
  if (at === 'PERIOD_END' && cancelAt && !state.open) return { kind: 'already' }
  return { kind: 'CANCEL', at, effectiveAt: at === 'NOW' ? now : (currentPeriodEnd ?? now), reason }
}
