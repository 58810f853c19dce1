import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { refused, remedy, type Refused } from '#services/kernel/denials/denial.js'
import type { Denied } from '#services/kernel/result/denied.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { unsupportedAbility } from '#services/billing/model/unsupported-ability.js'
import { alreadyIncluded, withoutSubscription } from '#services/billing/model/already-included.js'
import { isEndOfTerm, ordinaryPriceFollows } from '#services/billing/model/ending-term.js'
import { saleDenied } from '#services/entitlements/model/hold-denial.js'
import { isPaused } from '#services/billing/model/is-paused.js'
import { changeInProgress, noActiveSubscription, paymentOverdue } from '#services/billing/model/change-denials.js'
import { changeSubscription, type SubscriptionOutcome } from './change-subscription.js'
import type { SubscriptionState } from '#services/billing/model/load-subscription-state.js'
import type { ChangeDecision } from './record-change.js'

/** Removes a scheduled end, otherwise a scheduled change; resumes a paused subscription. */
export async function resumeSubscription(
  context: BillingContext,
  input: { readonly accountId?: string | null; readonly idempotencyKey: string },
): Promise<SubscriptionOutcome | Denied> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  return changeSubscription(context, {
    account,
    mutation: 'resumeSubscription',
    idempotencyKey: input.idempotencyKey,
    request: {},
    group: null,
    decide: (state, now) => decidePossibleResume(context, state, now),
  })
}

/** The decision, and what this subscription's provider cannot do of it. */
export function decidePossibleResume(
  context: BillingContext,
  state: SubscriptionState | null,
  now: Date,
): ChangeDecision {
  const ends = state?.subscription.cancelAt && !isPlannedHere(state)
  const lacking = ends ? unsupportedAbility(state.port, 'cancelScheduledEnd') : null
  return lacking ?? decideResume(context.catalog.current(), state, now)
}

/** The end is recorded only here. */
const isPlannedHere = ({ planned }: SubscriptionState): boolean =>
  planned?.kind === 'CANCEL' && !planned.pushedToProvider

/** Pure: removes the end first, then the change. Without either there is nothing to cancel. */
export function decideResume(
  catalog: Pick<CatalogSnapshot, 'planByVersionId'>,
  state: SubscriptionState | null,
  now: Date,
): ChangeDecision {
  if (!state) return noActiveSubscription()
  const busy = changeInProgress(state)
  if (busy) return busy
  const { subscription, planned } = state
  if (state.hold?.reason === 'DELETION_SCHEDULED') return saleDenied(state.hold)
  const included = resumesIncluded(catalog, state)
  if (included) return included
  if (subscription.cancelAt || subscription.status === 'PAUSED' || isPaused(subscription))
    return { kind: 'RESUME', at: 'NOW', effectiveAt: now }
  if (isEndOfTerm(state)) return ordinaryPriceFollows(state)
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

/** Denial of charges for a plan that the account has bought without an end: the present plan, or the one of a change that continues with it. */
function resumesIncluded(
  { planByVersionId }: Pick<CatalogSnapshot, 'planByVersionId'>,
  { subscription, plan, planned, lifetimePlans }: SubscriptionState,
): Refused | null {
  const remedies = [withoutSubscription(subscription)]
  const following = subscription.cancelAt ? planByVersionId.get(planned?.toPlanVersionId ?? '') : undefined
  return (
    alreadyIncluded(lifetimePlans, plan, remedies) ??
    (following ? alreadyIncluded(lifetimePlans, following, remedies) : null)
  )
}

const notEnding = (): Refused =>
  refused('INVALID_TRANSITION', 'The subscription is active and has no scheduled change to cancel.', {
    remedies: [remedy('CHANGE_PLAN', 'Change the plan instead', { mutation: 'changePlan' })],
  })
