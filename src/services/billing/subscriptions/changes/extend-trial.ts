import { exactMomentText } from '#services/kernel/text/readable.js'
import type { ExtendTrialArgs, TrialExtensionTerms } from '#schema/billing/trial-extension.type.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import { refused, type Refused } from '#services/kernel/denials/denial.js'
import { allProblems } from '#services/entitlements/model/all-problems.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { unsupportedAbility } from '#services/billing/model/unsupported-ability.js'
import type { SubscriptionConflict } from '#services/billing/model/subscription-conflict.js'
import {
  cancellationScheduled,
  changeInProgress,
  noActiveSubscription,
  notInTrial,
} from '#services/billing/model/change-denials.js'
import { changeSubscription, type SubscriptionOutcome } from './change-subscription.js'
import type { SubscriptionState } from '#services/billing/model/load-subscription-state.js'
import type { NewChange } from './record-change.js'

const DAY_MS = 86_400_000
/** A trial can be extended until this many days after the request. */
const MAX_DAYS = 365

/** Moves the end of a running trial, at the provider first. Nothing is charged before the new end. */
export async function extendTrial(
  context: BillingContext,
  input: ExtendTrialArgs,
): Promise<SubscriptionOutcome | Denied> {
  const account = await requireAccount(context, input.accountId, 'account:read')
  const reason = input.reason.trim()
  const until = wholeSeconds(input.trialEndsAt)
  const invalid = allProblems(validatePlan(context, input), validateReason(reason))
  if (invalid) return denied(invalid)
  return changeSubscription(context, {
    account,
    mutation: 'extendTrial',
    idempotencyKey: input.idempotencyKey,
    request: { plan: input.plan ?? null, until, reason },
    group: groupOf(context, input),
    decide: (state, now) => {
      const decision = decidePossibleExtension(context, state, until, now)
      return 'code' in decision ? decision : { ...decision, reason }
    },
  })
}

export const wholeSeconds = (moment: Date): Date => new Date(Math.floor(moment.getTime() / 1000) * 1000)

export const validatePlan = (
  { catalog }: BillingContext,
  { plan }: Pick<TrialExtensionTerms, 'plan'>,
): Refused | null =>
  !plan || catalog.current().planByCode.has(plan)
    ? null
    : refused('INVALID_PLAN', `Invalid plan tier: there is no plan '${plan}'.`, { field: 'plan' })

export const groupOf = ({ catalog }: BillingContext, { plan }: Pick<TrialExtensionTerms, 'plan'>): string | null =>
  catalog.current().planByCode.get(plan ?? '')?.group ?? null

/** The decision, and whether this subscription's provider can extend a trial. */
export function decidePossibleExtension(
  context: BillingContext,
  state: SubscriptionState | null,
  until: Date,
  now: Date,
): NewChange | Refused | SubscriptionConflict {
  const port = state?.port
  return (port && unsupportedAbility(port, 'extendsTrials')) ?? decideExtension(state, until, now)
}

/** Pure: a later end for a running trial that is not canceled, within a year. */
export function decideExtension(
  state: SubscriptionState | null,
  until: Date,
  now: Date,
): NewChange | Refused | SubscriptionConflict {
  if (!state) return noActiveSubscription()
  const stopped = changeInProgress(state)
  if (stopped) return stopped
  const { subscription, plan, planItem } = state
  const { status, trialEnd } = subscription
  if (status !== 'TRIALING' || !trialEnd || trialEnd <= now) return notInTrial()
  const ends = cancellationScheduled(state)
  if (ends) return ends
  const latest = new Date(now.getTime() + MAX_DAYS * DAY_MS)
  if (until <= trialEnd || until > latest)
    return refused(
      'INVALID_PARAMETERS',
      `trialEndsAt must be after the end of the trial at ${exactMomentText(trialEnd)}, and at most ${MAX_DAYS} days from now, which is ${exactMomentText(latest)}.`,
      { field: 'trialEndsAt' },
    )
  // The line keeps its price and quantity.
  return {
    kind: 'TRIAL',
    at: 'NOW',
    effectiveAt: now,
    toPlanVersionId: plan.versionId,
    toPriceId: planItem.priceId,
    toQuantity: planItem.quantity,
    trialUntil: until,
  }
}
