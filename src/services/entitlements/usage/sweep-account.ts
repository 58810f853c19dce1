import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import { handleCrossings } from '../alerts/handle-crossings.js'
import { scheduleSweep } from '../model/entitlements-sweep.js'
import { hasPendingCrossings, nextSweep } from '../model/usage.sql.js'

/** Returns expired reservations and grants of an account, and schedules the next sweep. */
export async function sweepAccount(due: ScheduledJobRow, context: EntitlementsContext): Promise<void> {
  const accountId = due.key
  await context.entitlements.run(accountId, { kind: 'sweep' })
  const { spendCaps, pools, balanceAlerts, topUps } = context.catalog.current()
  const hasAlerts = spendCaps.length > 0 || pools.length > 0 || balanceAlerts.length > 0 || topUps !== null
  if (hasAlerts) await handleCrossings(context, accountId)
  await context.database.transaction(async (transaction) => {
    // Under the lock, so that no reservation is made between the read and the schedule.
    await lockAccount(transaction, accountId)
    const now = context.clock.now()
    // A use since the alerts were sent has scheduled this job for now: a later time must not replace that.
    const row = hasAlerts ? await transaction.row(hasPendingCrossings, { accountId }) : undefined
    const next = row?.pending ? { at: now } : await transaction.row(nextSweep, { accountId, now })
    if (next?.at) await scheduleSweep(transaction, accountId, next.at)
  })
}
