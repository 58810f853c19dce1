import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { earlierOf } from '#services/kernel/clock/compare-dates.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { EntitlementsContext } from '../entitlements-context.js'
import { handleCrossings } from '../alerts/handle-crossings.js'
import { scheduleSweep } from '../model/entitlements-sweep.js'
import { nextRollover } from '../model/rollover.js'
import { writeRollovers } from '../credits/write-rollovers.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import { hasPendingCrossings, nextSweep } from '../model/usage.sql.js'

/** Returns expired reservations and grants of an account, grants what has rolled over, and schedules the next sweep. */
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
    const rolls = context.catalog.current().hasRollover
      ? await followRollover(context, transaction, { accountId, now })
      : null
    const at = next?.at && rolls ? earlierOf(next.at, rolls) : (next?.at ?? rolls)
    if (at) await scheduleSweep(transaction, accountId, at)
  })
}

/** Notes until when windows have rolled over, and returns the end of the next one. Null if none rolls over. The caller holds the account's lock. */
async function followRollover(
  context: EntitlementsContext,
  transaction: Transaction,
  { accountId, now }: { readonly accountId: string; readonly now: Date },
): Promise<Date | null> {
  const catalog = context.catalog.current()
  // Another window can have ended since the sweep.
  await writeRollovers(transaction, { catalog, accountId, at: now })
  const snapshot = await loadSnapshot(transaction, catalog, accountId, now)
  return snapshot && nextRollover(snapshot)
}
