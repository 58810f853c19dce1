import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { Config } from '#services/kernel/config/config.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { plansTried } from './offers.sql.js'
import { trialMarks, type TrialKeys } from './trial-keys.js'

/** Account that requests a trial, and the keys of the user who acts for it. Without a user: those of its earlier trials. */
export interface TrialSeeker extends Partial<TrialKeys> {
  readonly accountId: string
}

/**
 * Returns the plans whose trial was started by the account, or by an account with the same person, address or payment
 * method. A started trial counts, even if its subscription ended. The only place that decides by which marks, for offers, previews and changes.
 */
export async function triedPlans(
  { config }: { readonly config: Pick<Config, 'mode'> },
  sql: Sql,
  { trials }: Pick<CatalogSnapshot, 'trials'>,
  { accountId, personKey = null, emailKey = null }: TrialSeeker,
): Promise<ReadonlySet<string>> {
  const marks = trialMarks(trials, config.mode)
  const tried = await sql.rows(plansTried, { accountId, personKey, emailKey, marks })
  return new Set(tried.map(({ planId }) => planId))
}
