import type { Transaction } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { cancelJob, scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { SOURCE_EXPIRE } from '../sources/expire-source.js'

/** An operator's grant in addition to the plan. */
export interface NewOverride {
  readonly accountId: string
  readonly feature: string
  /** Additional amount. Null for a boolean feature and for `unlimited`. */
  readonly amount: number | null
  readonly unlimited: boolean
  readonly reason: string
  /** Null: no end. */
  readonly until: Date | null
  /** Operator who set the override. */
  readonly setBy: string
}

/** Gives it; the override of the same feature that the account had ends. The caller holds the account's lock and writes the event. */
export async function setOverride(transaction: Transaction, override: NewOverride, at: Date): Promise<string> {
  await endOverride(transaction, override, at)
  const id = transaction.newId('ovr')
  const { accountId, feature, amount, unlimited, reason, until, setBy } = override
  await transaction.query
    .insertInto('entitlement_override')
    .values({ id, accountId, feature, amount, unlimited, reason, since: at, until, setBy })
    .execute()
  if (until) await scheduleJob(transaction, { kind: SOURCE_EXPIRE, key: id, accountId, runAt: until })
  return id
}

/** Ends the override of a feature. The caller holds the account lock and writes the event. */
export async function endOverride(
  transaction: Transaction,
  { accountId, feature }: Pick<NewOverride, 'accountId' | 'feature'>,
  at: Date,
): Promise<void> {
  const ended = await transaction.query
    .updateTable('entitlement_override')
    .set({ endedAt: at })
    .where('accountId', '=', accountId)
    .where('feature', '=', feature)
    .where('endedAt', 'is', null)
    .returning('id')
    .execute()
  for (const { id } of ended) await cancelJob(transaction, SOURCE_EXPIRE, id)
}

/** Current override of a feature, for the audit log. */
export const liveOverride = async (sql: Sql, accountId: string, feature: string): Promise<object | null> =>
  (await sql.query
    .selectFrom('entitlement_override')
    .select(['feature', 'amount', 'unlimited', 'until', 'reason'])
    .where('accountId', '=', accountId)
    .where('feature', '=', feature)
    .where('endedAt', 'is', null)
    .executeTakeFirst()) ?? null
