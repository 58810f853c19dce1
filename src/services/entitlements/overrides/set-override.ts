import type { Transaction } from '#services/kernel/database/database.js'
import { cancelJob, scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { newId } from '#services/kernel/ids/ids.js'
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
  const id = newId('ovr')
  const { accountId, feature, amount, unlimited, reason, until, setBy } = override
  await transaction.run(
    `insert into entitlement_override (id, account_id, feature, amount, unlimited, reason, since, until, set_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [id, accountId, feature, amount, unlimited, reason, at, until, setBy],
  )
  if (until) await scheduleJob(transaction, { kind: SOURCE_EXPIRE, key: id, accountId, runAt: until })
  return id
}

/** Ends an override. Returns whether there was one. The caller holds the account lock and writes the event. */
export async function endOverride(
  transaction: Transaction,
  { accountId, feature }: Pick<NewOverride, 'accountId' | 'feature'>,
  at: Date,
): Promise<boolean> {
  const ended = await transaction.rows<{ id: string }>(
    `update entitlement_override set ended_at = $3 where account_id = $1 and feature = $2 and ended_at is null returning id`,
    [accountId, feature, at],
  )
  for (const { id } of ended) await cancelJob(transaction, SOURCE_EXPIRE, id)
  return ended.length > 0
}
