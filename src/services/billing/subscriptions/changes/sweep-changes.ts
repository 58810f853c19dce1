import { forEachSeparately, sweepAll } from '#services/kernel/event-loop/for-each-separately.js'
import { runPeriodically, type BackgroundJob } from '#services/kernel/periodic-jobs/run-periodically.js'
import type { BillingContext } from '#services/billing/model/billing-context.js'
import { unresolvedChanges } from '#services/billing/model/subscriptions.sql.js'
import { readReopenedAgain } from '../reopened-subscription.js'
import { syncSubscription } from '../sync-subscription.js'
import { executeChange } from './execute-change.js'

/** Longer than any running call with its retries. */
const UNKNOWN_AFTER_SECONDS = 60

/** Resolves changes that a crash or a silent provider left open. Reads subscriptions that seem to be reopened once more. */
export function startChangeSweeper(context: BillingContext): BackgroundJob {
  return runPeriodically(context, 30_000, 'subscription changes', async (isStopping) => {
    const sweeps = [
      () => sweepChanges(context, UNKNOWN_AFTER_SECONDS, isStopping),
      () => readReopenedAgain(context, syncSubscription, isStopping),
    ]
    await forEachSeparately(sweeps, (sweep) => sweep())
  })
}

export const sweepChanges = (
  context: BillingContext,
  olderThanSeconds = UNKNOWN_AFTER_SECONDS,
  isStopping?: () => boolean,
): Promise<number> =>
  sweepAll(
    (after, limit) => context.database.rows(unresolvedChanges, { olderThanSeconds, after, limit }),
    (change) => executeChange(context, change),
    isStopping,
  )
