import type { Transaction } from '#services/kernel/database/database.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'

/** Kind of the scheduled job that sweeps an account's reservations and grants; its key is the account ID. */
export const ENTITLEMENTS_SWEEP = 'entitlements.sweep'

/** Sweeps an account, and handles the crossings of its alerts. */
export const scheduleSweep = (transaction: Transaction, accountId: string, runAt: Date): Promise<void> =>
  scheduleJob(transaction, { kind: ENTITLEMENTS_SWEEP, key: accountId, accountId, runAt })
