import type { TrialMark } from '#services/catalog/definition/types.js'
import type { Sql } from '#services/kernel/database/sql.js'
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
  const tried = await sql.rows<{ planId: string }>(
    `with own as (select person_key, email_key, card_key from trial_record where account_id = $1
       union all select $2, $3, null)
     select distinct r.plan_id from trial_record r where r.began_at is not null and (r.account_id = $1 or exists (
       select 1 from own where ('person' = any($4) and own.person_key = r.person_key)
         or ('email' = any($4) and own.email_key = r.email_key) or ('card' = any($4) and own.card_key = r.card_key)))`,
    [accountId, personKey, emailKey, marks],
  )
  return new Set(tried.map(({ planId }) => planId))
}
