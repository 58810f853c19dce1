import type { BillingSubscriptionRow, StoredPause } from '#entities/billing/billing-subscription.entity.js'
import { ENTITLING_STATUSES, TERMINAL_STATUSES, type SubscriptionStatus } from '#entities/billing/subscription-state.js'
import type { PausePolicy } from '#services/catalog/definition/types.js'
import type { FetchedSubscription } from '../providers/subscription-port.js'

export interface PauseInput {
  /** The pause before. Null: there was none. */
  readonly previous: StoredPause | null
  readonly fetched: Pick<FetchedSubscription, 'status' | 'pausedUntil' | 'unpaidPeriod' | 'trialEnd'>
  /** The period that runs at the provider. */
  readonly period: { readonly start: Date | null; readonly end: Date | null }
  /** Pause that the customer has requested. Null: the provider's own pages were used. */
  readonly requested: { readonly at: Date; readonly resumesAt: Date | null } | null
  readonly access: PausePolicy['access']
  readonly now: Date
}

export interface PauseDecision {
  readonly pause: StoredPause | null
  readonly status: SubscriptionStatus
  /** False: the unpaid period belongs to the pause, and is not owed. */
  readonly unpaidPeriod: boolean
}

/**
 * Pure: the pause of a subscription, and the status that follows from it. The last paid period keeps its access. After it, the catalog decides
 * until the next payment, even if payments continue before: otherwise pauses in turn would give access without any payment.
 */
export function decidePause({ previous, fetched, period, requested, access, now }: PauseInput): PauseDecision {
  const { status, unpaidPeriod } = fetched
  const isPaused = fetched.pausedUntil !== undefined
  const known = { pause: null, status, unpaidPeriod }
  if (TERMINAL_STATUSES.includes(status) || (!isPaused && !previous)) return known
  const pause = previous ?? beginning({ fetched, period, requested, now })
  const isUnpaid =
    new Date(pause.paidUntil) <= now && (unpaidPeriod || (period.start ?? now).getTime() < Date.parse(pause.paidUntil))
  if (!isPaused && !isUnpaid) return known
  const resumesAt = requested?.resumesAt ?? fetched.pausedUntil ?? dateOf(pause.resumesAt)
  return {
    pause: { ...pause, resumesAt: isPaused ? (resumesAt?.toISOString() ?? null) : null, resumed: !isPaused },
    status: statusOf(fetched, { isUnpaid, access, now }),
    unpaidPeriod: false,
  }
}

type Paused = Pick<BillingSubscriptionRow, 'pause' | 'currentPeriodStart'>

/** Pure: true if a pause has ended with a new period, so that nothing was paid for the time from its paid period to the new one. */
export const endsUnpaidTime = (previous: Paused | null, { pause, currentPeriodStart }: Paused): boolean =>
  Boolean(previous?.pause && !pause && currentPeriodStart && currentPeriodStart > new Date(previous.pause.paidUntil))

function beginning({ fetched, period, requested, now }: Omit<PauseInput, 'previous' | 'access'>): StoredPause {
  // A pause that is read late began before the period that it has left unpaid.
  const paidUntil = (fetched.unpaidPeriod ? period.start : period.end) ?? now
  const since = (requested?.at ?? now).toISOString()
  return { since, resumesAt: null, paidUntil: paidUntil.toISOString(), resumed: false }
}

function statusOf(
  { status, trialEnd }: PauseInput['fetched'],
  { isUnpaid, access, now }: { readonly isUnpaid: boolean } & Pick<PauseInput, 'access' | 'now'>,
): SubscriptionStatus {
  // A trial that ends in a pause at PayPal leaves a subscription that no payment has begun.
  const isAfterTrial = status === 'INCOMPLETE' && trialEnd !== null && trialEnd <= now
  const isHealthy = status === 'PAUSED' || isAfterTrial || ENTITLING_STATUSES.includes(status)
  if (!isHealthy || status === 'PAST_DUE') return status
  if (isUnpaid && access === 'SUSPEND') return 'PAUSED'
  return trialEnd && trialEnd > now ? 'TRIALING' : 'ACTIVE'
}

const dateOf = (text: string | null): Date | null => (text ? new Date(text) : null)
