import { isDeepStrictEqual } from 'node:util'
import type {
  BillingSubscriptionRow,
  StoredDiscount,
  StoredPause,
} from '#entities/billing/billing-subscription.entity.js'
import { ENTITLING_STATUSES, TERMINAL_STATUSES, type SubscriptionStatus } from '#entities/billing/subscription-state.js'

/** Current state of a subscription in our model. */
export interface Projection {
  readonly status: SubscriptionStatus
  readonly planVersionId: string
  readonly quantity: number
  readonly currentPeriodStart: Date | null
  readonly currentPeriodEnd: Date | null
  readonly trialEnd: Date | null
  readonly cancelAt: Date | null
  readonly canceledAt: Date | null
  readonly graceUntil: Date | null
  readonly accessEndedAt: Date | null
  /** Start of a suspension, while the payment of the running period is disputed. */
  readonly suspendedAt: Date | null
  readonly pause: StoredPause | null
  readonly discounts: readonly StoredDiscount[]
}

export type SubscriptionEventType =
  | 'subscription.activated'
  | 'subscription.renewed'
  | 'subscription.items_changed'
  | 'subscription.past_due'
  | 'subscription.recovered'
  | 'subscription.unpaid'
  | 'subscription.paused'
  | 'subscription.resumed'
  | 'subscription.canceled'
  | 'subscription.updated'

export interface SubscriptionDecision {
  /** Event to publish. Null if nothing changed; then only the fence is written. */
  readonly event: SubscriptionEventType | null
  /** Effect on the plan and add-ons: assigned (or prolonged), ended, or unchanged. */
  readonly entitlements: 'grant' | 'end' | 'keep'
}

/** True while it gives its plan: its status does, the grace for an unpaid invoice is not over, and its payment is not disputed. */
export const entitles = ({
  status,
  accessEndedAt,
  suspendedAt,
}: Pick<Projection, 'status' | 'accessEndedAt' | 'suspendedAt'>): boolean =>
  ENTITLING_STATUSES.includes(status) && accessEndedAt === null && suspendedAt === null

/** Difference of the lines other than the plan: other add-ons or quantities, or only other periods. */
export type AddonChange = 'changed' | 'renewed' | null

/** Pure: consequences of a subscription's change. */
export function decideSubscription(
  previous: Projection | null,
  next: Projection,
  addons: AddonChange = null,
): SubscriptionDecision {
  const was = previous !== null && entitles(previous)
  const is = entitles(next)
  const paused = pauseEvent(previous, next)
  if (is && !was) return { event: paused ?? 'subscription.activated', entitlements: 'grant' }
  if (was && !is) return { event: paused ?? endOf(next.status, previous), entitlements: 'end' }
  if (!previous) return { event: 'subscription.updated', entitlements: 'keep' }
  if (!addons && unchanged(previous, next)) return { event: null, entitlements: 'keep' }
  if (!is)
    return {
      event: paused ?? (next.status === previous.status ? 'subscription.updated' : endOf(next.status, previous)),
      entitlements: 'keep',
    }
  return { event: paused ?? changeOf(previous, next, addons === 'changed'), entitlements: 'grant' }
}

/** Pure: the same decision, which also corrects entitlements that differ from an unchanged subscription. */
export const repairing = (decision: SubscriptionDecision, next: Projection): SubscriptionDecision => ({
  ...decision,
  entitlements: entitles(next) ? 'grant' : 'end',
})

/** The most important change for the subscriber, if there are several. */
function changeOf(previous: Projection, next: Projection, addonsChanged: boolean): SubscriptionEventType {
  if (next.status === 'PAST_DUE' && previous.status !== 'PAST_DUE') return 'subscription.past_due'
  if (next.status !== 'PAST_DUE' && previous.status === 'PAST_DUE') return 'subscription.recovered'
  if (next.planVersionId !== previous.planVersionId || next.quantity !== previous.quantity || addonsChanged)
    return 'subscription.items_changed'
  // An extended trial moves the end of the period, and nothing is paid.
  const isExtendedTrial = previous.status === 'TRIALING' && next.status === 'TRIALING'
  const isRenewal = !isExtendedTrial && time(next.currentPeriodEnd) > time(previous.currentPeriodEnd)
  return isRenewal ? 'subscription.renewed' : 'subscription.updated'
}

/** The beginning or the end of a pause, unless the subscription ends. The next payment after a pause has an event of its own. */
function pauseEvent(previous: Projection | null, next: Projection): SubscriptionEventType | null {
  if (TERMINAL_STATUSES.includes(next.status)) return null
  const [was, is] = [previous?.pause, next.pause].map((pause) => pause?.resumed === false)
  if (was === is) return null
  return is ? 'subscription.paused' : 'subscription.resumed'
}

function endOf(status: SubscriptionStatus, previous: Projection): SubscriptionEventType {
  if (status === 'UNPAID') return 'subscription.unpaid'
  // The end of access has no event of its own, if the pause began before.
  if (status === 'PAUSED') return previous.pause ? 'subscription.updated' : 'subscription.paused'
  return status === 'CANCELED' || status === 'INCOMPLETE_EXPIRED' ? 'subscription.canceled' : 'subscription.updated'
}

const time = (moment: Date | null): number => moment?.getTime() ?? 0

function unchanged(previous: Projection, next: Projection): boolean {
  return (Object.keys(next) as (keyof Projection)[]).every((name) => {
    const [before, after] = [previous[name], next[name]]
    return before instanceof Date || after instanceof Date
      ? time(before as Date | null) === time(after as Date | null)
      : isDeepStrictEqual(before, after)
  })
}

/**
 * Returns the end of the grace period of an unpaid invoice, counted from the first failure as the provider dates it,
 * however late it is read; another failure does not prolong it. The grace period requires a valid payment: it ends immediately if the first payment fails, or if every
 * payment was reversed.
 */
export function decideGrace(
  previous: Pick<BillingSubscriptionRow, 'status' | 'graceUntil' | 'accessEndedAt'> | null,
  status: SubscriptionStatus,
  now: Date,
  {
    graceDays,
    everPaid,
    failedAt,
  }: { readonly graceDays: number; readonly everPaid: boolean; readonly failedAt?: Date | null },
): Pick<Projection, 'graceUntil' | 'accessEndedAt'> {
  if (status !== 'PAST_DUE' && status !== 'UNPAID') return { graceUntil: null, accessEndedAt: null }
  // One unpaid invoice has one grace period. It ends for good when the provider stops its retries, even if the provider
  // retries later.
  if (previous?.graceUntil) {
    const graceUntil = everPaid || previous.graceUntil <= now ? previous.graceUntil : now
    const isOver = previous.status === 'UNPAID' && graceUntil <= now
    return { graceUntil, accessEndedAt: previous.accessEndedAt ?? (isOver ? graceUntil : null) }
  }
  if (status === 'UNPAID') return { graceUntil: now, accessEndedAt: null }
  // Nothing was given that grace could prolong.
  if (!everPaid && previous?.status === 'INCOMPLETE') return { graceUntil: now, accessEndedAt: now }
  // A pause ends with a payment.
  if (!everPaid || previous?.status === 'PAUSED') return { graceUntil: now, accessEndedAt: null }
  const start = Math.min(failedAt?.getTime() ?? Infinity, now.getTime())
  return { graceUntil: new Date(start + graceDays * 86_400_000), accessEndedAt: null }
}
