import type { DueRow } from '../../../entities/kernel/due.entity.js'
import type { BillingContext } from '../billing-context.js'
import { TELL_CHANGE, tellPlannedChange } from './changes/tell-planned-change.js'
import { endGrace } from './grace/end-grace.js'
import { GRACE_END } from './grace/schedule-grace-end.js'

type Moment = (due: DueRow, context: BillingContext) => Promise<void>

/** What falls due for subscriptions, each with what is done then. */
export const SUBSCRIPTION_MOMENTS: readonly (readonly [kind: string, moment: Moment])[] = [
  [GRACE_END, endGrace],
  [TELL_CHANGE, tellPlannedChange],
]
