import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { objectOfJob, type BillingContext } from '../model/billing-context.js'
import { PAID_PERIOD_END, PAUSE_END } from '../subscriptions/follow-pause.js'
import { endPause } from '../subscriptions/changes/end-pause.js'
import { CONFIRMATION_EXPIRE, expireConfirmation } from '../subscriptions/changes/expire-confirmation.js'
import { END_INCLUDED } from '../model/end-included.js'
import { endIncludedSubscription } from '../subscriptions/changes/end-included-subscription.js'
import { PUSH_CHANGE } from '../model/schedule-push.js'
import { STOP_CHARGING, stopCharging } from '../subscriptions/changes/stop-charging.js'
import { pushScheduledChange } from '../subscriptions/changes/push-scheduled-change.js'
import { syncSubscription } from '../subscriptions/sync-subscription.js'
import { endRepeatedTrial, TRIAL_REPEATED } from '../model/trial-records.js'
import { endGrace } from '../subscriptions/grace/end-grace.js'
import { GRACE_END } from '../subscriptions/schedule-grace-end.js'

type Moment = (due: ScheduledJobRow, context: BillingContext) => Promise<void>

/** Scheduled jobs of subscriptions and their handlers. */
export const SUBSCRIPTION_TIMESTAMPS: readonly (readonly [kind: string, moment: Moment])[] = [
  [GRACE_END, endGrace],
  [PUSH_CHANGE, pushScheduledChange],
  [STOP_CHARGING, stopCharging],
  [CONFIRMATION_EXPIRE, expireConfirmation],
  [PAID_PERIOD_END, endPaidPeriod],
  [PAUSE_END, endPause],
  [END_INCLUDED, endIncludedSubscription],
  [TRIAL_REPEATED, endRepeatedTrial],
]

/** The paid period has ended: a subscription canceled in it ends now. */
async function endPaidPeriod(due: ScheduledJobRow, context: BillingContext): Promise<void> {
  const { port, externalId } = objectOfJob(context, due)
  await syncSubscription(context, port, externalId)
}
