import type { Transaction } from '#services/kernel/database/database.js'
import type { BillingContext } from '../model/billing-context.js'
import { stands } from './decide-terms.js'
import type { ScheduledTerms } from './scheduled-terms.js'
import { scheduledChangesOf } from '../model/change-queries.js'
import { scheduleAgain, markUnscheduled } from '../model/schedule-push.js'

/** Maximum number of attempts. After that, reconciliation reports the difference. */
const MAX_ATTEMPTS = 20

/**
 * Schedules a planned change at the provider again if add-ons, discounts, taxes or the payment method have changed since, or if an undone
 * cancellation had removed the schedule.
 */
export async function keepScheduled(
  context: Pick<BillingContext, 'clock' | 'log'>,
  transaction: Transaction,
  subscriptionId: string,
  { scheduled, goesOn }: { readonly scheduled: ScheduledTerms | null; readonly goesOn: boolean },
): Promise<void> {
  if (goesOn) return scheduleAgain(context, transaction, subscriptionId)
  if (!scheduled) return
  const [planned] = await scheduledChangesOf(transaction, [subscriptionId])
  if (!planned?.pushedToProvider || !stands(planned, scheduled)) return
  if (scheduled.keepsOthers && scheduled.promotionId === planned.promotionId) return
  if (planned.effectiveAt <= context.clock.now()) return
  if (planned.attempt >= MAX_ATTEMPTS) {
    context.log.error({ change: planned.id }, 'scheduled change differs at the provider after repeated attempts')
    return
  }
  await markUnscheduled(transaction, { id: subscriptionId, accountId: planned.accountId })
  await scheduleAgain(context, transaction, subscriptionId)
}
