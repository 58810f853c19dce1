import type { BillingSubscriptionRow } from '../../../entities/billing/billing-subscription.entity.js'
import { ENTITLING_STATUSES } from '../../../entities/billing/subscription-state.js'
import type { FetchedSubscription } from '../providers/port.js'

/** What a subscription looks like now, in our words. */
export interface Projection {
  readonly status: FetchedSubscription['status']
  readonly planVersionId: string
  readonly quantity: number
  readonly currentPeriodStart: Date | null
  readonly currentPeriodEnd: Date | null
  readonly trialEnd: Date | null
  readonly cancelAt: Date | null
  readonly canceledAt: Date | null
}

export type SubscriptionEventType =
  | 'subscription.activated'
  | 'subscription.renewed'
  | 'subscription.past_due'
  | 'subscription.unpaid'
  | 'subscription.paused'
  | 'subscription.canceled'
  | 'subscription.updated'

export interface SubscriptionDecision {
  /** What to tell; null when nothing changed, and then nothing is written but the fence. */
  readonly event: SubscriptionEventType | null
  /** What becomes of the plan: given (or prolonged), taken, or left alone. */
  readonly plan: 'grant' | 'end' | 'keep'
}

const entitles = (status: FetchedSubscription['status']) => ENTITLING_STATUSES.includes(status)

/** Pure: what follows from a subscription as it was and as it is. */
export function decideSubscription(previous: BillingSubscriptionRow | null, next: Projection): SubscriptionDecision {
  const was = previous !== null && entitles(previous.status)
  const is = entitles(next.status)
  if (is && !was) return { event: 'subscription.activated', plan: 'grant' }
  if (was && !is) return { event: endOf(next.status), plan: 'end' }
  if (!previous || unchanged(previous, next)) return { event: previous ? null : 'subscription.updated', plan: 'keep' }
  if (!is) return { event: 'subscription.updated', plan: 'keep' }
  if (next.status === 'PAST_DUE' && previous.status !== 'PAST_DUE')
    return { event: 'subscription.past_due', plan: 'grant' }
  if (time(next.currentPeriodEnd) > time(previous.currentPeriodEnd))
    return { event: 'subscription.renewed', plan: 'grant' }
  return { event: 'subscription.updated', plan: 'grant' }
}

function endOf(status: FetchedSubscription['status']): SubscriptionEventType {
  if (status === 'UNPAID') return 'subscription.unpaid'
  return status === 'PAUSED' ? 'subscription.paused' : 'subscription.canceled'
}

const time = (moment: Date | null): number => moment?.getTime() ?? 0

function unchanged(previous: BillingSubscriptionRow, next: Projection): boolean {
  return (Object.keys(next) as (keyof Projection)[]).every((name) => {
    const [before, after] = [previous[name], next[name]]
    return before instanceof Date || after instanceof Date
      ? time(before as Date | null) === time(after as Date | null)
      : before === after
  })
}
