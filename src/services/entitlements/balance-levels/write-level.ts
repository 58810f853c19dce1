import type { BalanceLevelAction, BalanceLevelRow } from '#entities/entitlements/balance-level.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { ENTITLEMENTS_SWEEP } from '../model/entitlements-sweep.js'

export interface NewLevel {
  readonly accountId: string
  readonly feature: string
  readonly action: BalanceLevelAction
  readonly threshold: number
  readonly armed: boolean
  readonly createdBy: string
  readonly at: Date
}

/** Stores a level and returns its ID. The next sweep compares it with the balance. The caller holds the account lock. */
export async function writeLevel(transaction: Transaction, { at, ...level }: NewLevel): Promise<string> {
  const id = transaction.newId('lvl')
  await transaction.query
    .insertInto('balance_level')
    .values({ id, ...level, crossings: 0, since: at })
    .execute()
  const { accountId } = level
  await scheduleJob(transaction, { kind: ENTITLEMENTS_SWEEP, key: accountId, accountId, runAt: at })
  return id
}

/** Ends the levels of a feature and returns them. The caller holds the account lock. */
export const endLevels = (
  transaction: Transaction,
  scope: Pick<NewLevel, 'accountId' | 'feature' | 'action'>,
  at: Date,
): Promise<Pick<BalanceLevelRow, 'threshold' | 'armed'>[]> =>
  transaction.query
    .updateTable('balance_level')
    .set({ endedAt: at })
    .where('accountId', '=', scope.accountId)
    .where('feature', '=', scope.feature)
    .where('action', '=', scope.action)
    .where('endedAt', 'is', null)
    .returning(['threshold', 'armed'])
    .execute()
