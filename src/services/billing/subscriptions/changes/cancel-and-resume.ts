import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'
import { refused, remedy, type Refused } from '#services/kernel/denials/denial.js'
import type { Denied } from '#services/kernel/idempotency/idempotent-mutation.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { requireAccount } from '#services/identity/guard/guard.js'
import { providerOf, type BillingContext } from '#services/billing/billing-context.js'
import { executeChange } from './execute-change.js'
import { recordChange, type ChangeRequest } from './record-change.js'
import { unsupportedAbility } from '#services/billing/providers/unsupported-ability.js'
import { noActiveSubscription, paymentOverdue, changeInProgress } from './change-denials.js'
import type { SubscriptionState } from './load-subscription-state.js'

export interface SubscriptionOutcome {
  readonly kind: 'subscription'
  readonly subscription: BillingSubscriptionRow
}

type Decision = ReturnType<ChangeRequest['decide']>

export interface CancelSubscription {
  readonly accountId?: string | null
  readonly at?: 'NOW' | 'PERIOD_END' | null
  readonly reason?: string | null
  readonly idempotencyKey: string
}

const MAX_REASON_LENGTH = 500

/** Ends a subscription, now or when what is paid is used up. */
export async function cancelSubscription(
  context: BillingContext,
  input: CancelSubscription,
): Promise<SubscriptionOutcome | Denied> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const request = { at: input.at ?? ('PERIOD_END' as const), reason: input.reason?.trim() || null }
  if ((request.reason?.length ?? 0) > MAX_REASON_LENGTH)
    throw new AppError('BAD_USER_INPUT', `reason must be at most ${MAX_REASON_LENGTH} characters long.`, {
      details: { field: 'reason' },
    })
  return executeOn(context, {
    account,
    mutation: 'cancelSubscription',
    idempotencyKey: input.idempotencyKey,
    request,
    group: null,
    decide: (state, now) => {
      const decision = decideCancel(state, request, now)
      const isPlanned = state && 'at' in decision && decision.at === 'PERIOD_END'
      // A provider without period ends receives the cancellation at the period end.
      return isPlanned && !providerOf(context, state.subscription.provider).abilities.endAtPeriodEnd
        ? { ...decision, pushedToProvider: false }
        : decision
    },
  })
}

/** Pure: a second request to end at the period's end changes nothing. A change in progress never blocks a cancellation. */
export function decideCancel(
  state: SubscriptionState | null,
  { at, reason }: { readonly at: 'NOW' | 'PERIOD_END'; readonly reason: string | null },
  now: Date,
): Decision {
  if (!state) return noActiveSubscription()
  const { cancelAt, currentPeriodEnd } = state.subscription
  if (at === 'PERIOD_END' && cancelAt && !state.open) return { kind: 'already' }
  return { kind: 'CANCEL', at, effectiveAt: at === 'NOW' ? now : (currentPeriodEnd ?? now), reason }
}

/** Removes a scheduled end, otherwise a scheduled change; resumes a paused subscription. */
export async function resumeSubscription(
  context: BillingContext,
  input: { readonly accountId?: string | null; readonly idempotencyKey: string },
): Promise<SubscriptionOutcome | Denied> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  return executeOn(context, {
    account,
    mutation: 'resumeSubscription',
    idempotencyKey: input.idempotencyKey,
    request: {},
    group: null,
    decide: (state, now) => {
      const ends = state?.subscription.cancelAt && !isPlannedHere(state)
      const lacking = ends
        ? unsupportedAbility(providerOf(context, state.subscription.provider), 'cancelScheduledEnd')
        : null
      return lacking ?? decideResume(state, now)
    },
  })
}

/** The end is recorded only here. */
const isPlannedHere = ({ planned }: SubscriptionState): boolean =>
  planned?.kind === 'CANCEL' && !planned.pushedToProvider

/** Pure: removes the end first, then the change. Without either there is nothing to cancel. */
export function decideResume(state: SubscriptionState | null, now: Date): Decision {
  if (!state) return noActiveSubscription()
  const busy = changeInProgress(state)
  if (busy) return busy
  const { subscription, planned } = state
  if (subscription.cancelAt || subscription.status === 'PAUSED') return { kind: 'RESUME', at: 'NOW', effectiveAt: now }
  if (planned)
    return {
      kind: 'RESUME',
      at: 'NOW',
      effectiveAt: now,
      toPlanVersionId: planned.fromPlanVersionId,
      toPriceId: planned.fromPriceId,
      toQuantity: planned.fromQuantity,
    }
  return paymentOverdue(state) ?? notEnding()
}

const notEnding = (): Refused =>
  refused('INVALID_TRANSITION', 'The subscription is active and has no scheduled change to cancel.', {
    remedies: [remedy('CHANGE_PLAN', 'Change the plan instead', { mutation: 'changePlan' })],
  })

/** Records a change and carries it out. Returns the subscription afterwards. */
export async function executeOn(
  context: BillingContext,
  request: ChangeRequest,
): Promise<SubscriptionOutcome | Denied> {
  const recorded = await recordChange(context, request)
  if (recorded.kind === 'denied') return recorded
  if (recorded.kind === 'already') return { kind: 'subscription', subscription: recorded.subscription }
  const outcome = await executeChange(context, recorded.change)
  return outcome.kind === 'denied' ? outcome : { kind: 'subscription', subscription: outcome.subscription }
}
