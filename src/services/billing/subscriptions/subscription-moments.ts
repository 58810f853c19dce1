import type { DueRow } from '../../../entities/kernel/due.entity.js'
import type { BillingContext } from '../billing-context.js'
import { PAID_PERIOD_END } from './as-it-holds-here.js'
import { CONFIRM_END, endConfirmation } from './changes/end-confirmation.js'
import { TELL_CHANGE } from './changes/schedule-tell.js'
import { STOP_CHARGING, stopCharging } from './changes/stop-charging.js'
import { tellPlannedChange } from './changes/tell-planned-change.js'
import { endPaidPeriod } from './end-paid-period.js'
import { endRepeatedTrial, TRIAL_REPEATED } from './trial-records.js'
import { endGrace } from './grace/end-grace.js'
import { GRACE_END } from './grace/schedule-grace-end.js'

type Moment = (due: DueRow, context: BillingContext) => Promise<void>

/** What falls due for subscriptions, each with what is done then. */
export const SUBSCRIPTION_MOMENTS: readonly (readonly [kind: string, moment: Moment])[] = [
  [GRACE_END, endGrace],
  [TELL_CHANGE, tellPlannedChange],
  [STOP_CHARGING, stopCharging],
  [CONFIRM_END, endConfirmation],
  [PAID_PERIOD_END, endPaidPeriod],
  [TRIAL_REPEATED, endRepeatedTrial],
]
