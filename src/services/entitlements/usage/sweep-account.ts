import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import { handleCrossings } from '../balance-levels/handle-crossings.js'
import { sendCapAlerts } from '../spend-caps/send-cap-alerts.js'
import { ENTITLEMENTS_SWEEP } from './entitlements-sweep.js'
import { nextSweep } from './usage.sql.js'

/** Returns expired reservations and grants of an account, and schedules the next sweep. */
export async function sweepAccount(due: ScheduledJobRow, context: EntitlementsContext): Promise<void> {
  const accountId = due.key
  await context.entitlements.run(accountId, { kind: 'sweep' })
  const { spendCaps, balanceAlerts, topUps } = context.catalog.current()
  if (spendCaps.length > 0) await sendCapAlerts(context, accountId)
  if (balanceAlerts.length > 0 || topUps) await handleCrossings(context, accountId)
  await context.database.transaction(async (transaction) => {
    // Under the lock, so that no reservation is made between the read and the schedule.
    await lockAccount(transaction, accountId)
    const next = await transaction.row(nextSweep, { accountId, now: context.clock.now() })
    if (next?.at)
      await scheduleJob(transaction, { kind: ENTITLEMENTS_SWEEP, key: accountId, accountId, runAt: next.at })
  })
}
