import type { PausePolicy } from '#services/catalog/definition/types.js'
import type { BillingSubscriptionRow } from '#entities/billing/billing-subscription.entity.js'

/** True if the catalog allows pauses of a plan. */
export const allowsPause = (policy: PausePolicy | null, plan: string | undefined): policy is PausePolicy =>
  policy !== null && plan !== undefined && (policy.plans === null || policy.plans.includes(plan))

/** True while payments are paused. False if they continue, even before the next one. */
export const isPaused = ({ pause }: Pick<BillingSubscriptionRow, 'pause'>): boolean => pause?.resumed === false

/** True if the paid period before a pause has ended, and no payment has come since. */
export const isUnpaidByPause = ({ pause }: Pick<BillingSubscriptionRow, 'pause'>, now: Date): boolean =>
  pause !== null && new Date(pause.paidUntil) <= now
