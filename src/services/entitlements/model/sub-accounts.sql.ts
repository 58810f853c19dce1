import { statement } from '#services/kernel/database/statement.js'
import { isUsageEntry } from './usage-entry.js'

/**
 * Proves that an account is a sub-account until the end of the transaction. The row is locked, so that a move of which only a part of the machines
 * has committed is waited for.
 */
export const lockSubAccount = statement<{ parentId: string; subAccountId: string }, { accountId: string }>(`
  select account_id from sub_account where account_id = :subAccountId and parent_id = :parentId for share
`)

/** Units that sub-accounts have used of features since their times. */
export const subAccountUsage = statement<
  { parentId: string; subAccountId: string | null; features: readonly string[]; since: readonly Date[] },
  { subAccountId: string; feature: string; used: number }
>(`
  select l.sub_account_id, l.feature, coalesce(-sum(l.amount), 0)::bigint as used
  from unnest(:features::text[], :since::timestamptz[]) as pool(feature, since)
  join ledger_entry l on l.account_id = :parentId and l.sub_account_id is not null and l.feature = pool.feature and l.at >= pool.since
  where (:subAccountId::text is null or l.sub_account_id = :subAccountId) and ${isUsageEntry('l')}
  group by 1, 2
`)
