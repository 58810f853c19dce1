import type { TrialMark } from '#services/catalog/definition/types.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { plansTried } from './offers.sql.js'
import type { TrialKeys } from './trial-keys.js'

/** Account that requests a trial, and the keys by which a repeated trial is recognized. */
export interface TrialSeeker extends TrialKeys {
  readonly accountId: string
  readonly marks: readonly TrialMark[]
}

/**
 * Returns the plans whose trial was started by the account, or by an account with the same person, address or payment
 * method. A started trial counts, even if its subscription ended.
 */
export async function triedPlans(sql: Sql, seeker: TrialSeeker): Promise<ReadonlySet<string>> {
  const { accountId, personKey, emailKey, marks } = seeker
  const tried = await sql.rows(plansTried, { accountId, personKey, emailKey, marks })
  return new Set(tried.map(({ planId }) => planId))
}
