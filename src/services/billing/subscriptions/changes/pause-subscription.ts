import type { PauseSubscriptionArgs } from '#schema/billing/pause.type.js'
import { refused, remedy, type Refused } from '#services/kernel/denials/denial.js'
import type { Denied } from '#services/kernel/result/denied.js'
import { exactMomentText } from '#services/kernel/text/readable.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { saleDenied } from '#services/entitlements/model/hold-denial.js'
import { requireAccount } from '#services/identity/model/guard.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import {
  cancellationScheduled,
  changeInProgress,
  noActiveSubscription,
  paymentOverdue,
} from '#services/billing/model/change-denials.js'
import { allowsPause, isPaused } from '#services/billing/model/is-paused.js'
import type { SubscriptionState } from '#services/billing/model/load-subscription-state.js'
import { changeSubscription, type SubscriptionOutcome } from './change-subscription.js'
import { wholeSeconds } from './extend-trial.js'
import type { ChangeDecision } from './record-change.js'

const DAY_MS = 86_400_000

/** Pauses the payments of a subscription. The paid period keeps its access; after it, the catalog decides. */
export async function pauseSubscription(
  context: BillingContext,
  input: PauseSubscriptionArgs,
): Promise<SubscriptionOutcome | Denied> {
  const account = await requireAccount(context, input.accountId, 'billing:manage')
  const resumesAt = input.resumesAt ? wholeSeconds(input.resumesAt) : null
  return changeSubscription(context, {
    account,
    mutation: 'pauseSubscription',
    idempotencyKey: input.idempotencyKey,
    request: { resumesAt },
    group: null,
    decide: (state, now) => decidePauseRequest(context.catalog.current(), state, resumesAt, now),
  })
}

/** End of the last paid period. */
export const paidUntilOf = ({ subscription: { pause, currentPeriodEnd, startedAt } }: SubscriptionState): Date =>
  pause ? new Date(pause.paidUntil) : (currentPeriodEnd ?? startedAt)

/** Pure: a plan of the policy that is paid, and an end after the paid period. A second request moves the end. */
export function decidePauseRequest(
  catalog: Pick<CatalogSnapshot, 'pause'>,
  state: SubscriptionState | null,
  wanted: Date | null,
  now: Date,
): ChangeDecision {
  if (!state) return noActiveSubscription()
  const { subscription, plan } = state
  const policy = catalog.pause
  if (!allowsPause(policy, plan.code)) return notOffered(plan.name)
  const busy = changeInProgress(state) ?? cancellationScheduled(state)
  if (busy) return busy
  if (state.hold?.reason === 'DELETION_SCHEDULED') return saleDenied(state.hold)
  const running = isPaused(subscription)
  if (subscription.pause && !running) return untilNextPayment(subscription.currentPeriodEnd)
  const overdue = running ? null : paymentOverdue(state)
  if (overdue) return overdue
  const paidUntil = paidUntilOf(state)
  const latest = new Date(paidUntil.getTime() + policy.maximumDays * DAY_MS)
  const resumesAt = wanted ?? latest
  if (resumesAt <= paidUntil || resumesAt <= now || resumesAt > latest) return outOfRange(paidUntil, latest)
  if (running && subscription.pause?.resumesAt === resumesAt.toISOString()) return { kind: 'already' }
  return { kind: 'PAUSE', at: 'NOW', effectiveAt: now, resumesAt }
}

const notOffered = (plan: string): Refused =>
  refused('INVALID_TRANSITION', `${plan} cannot be paused. It can be canceled at the end of the period.`, {
    remedies: [
      remedy('CHANGE_PLAN', 'Cancel at the end of the period', {
        mutation: 'cancelSubscription',
        changeAt: 'PERIOD_END',
      }),
    ],
  })

/** Pauses in turn without a payment between them would never end. */
const untilNextPayment = (at: Date | null): Refused =>
  refused(
    'INVALID_TRANSITION',
    'The last pause has ended, and the next payment is still to come. Pause again after it.',
    {
      remedies: [remedy('WAIT', 'Pause after the next payment', at ? { at } : {})],
    },
  )

/** A pause that ends in the paid period would skip no payment. */
const outOfRange = (paidUntil: Date, latest: Date): Refused =>
  refused(
    'INVALID_PARAMETERS',
    `resumesAt must be after the end of the paid period at ${exactMomentText(paidUntil)}, in the future, and not after ${exactMomentText(latest)}.`,
    { field: 'resumesAt' },
  )
