import { statement } from '#services/kernel/database/statement.js'
import { isUsageEntry } from '../usage/usage-entry.js'

/** Units of a feature that an account, or one of its sub-accounts, has used since a time. */
export const usedSince = statement<
  { accountId: string; subAccountId: string | null; feature: string; since: Date },
  { used: number }
>(`
  select coalesce(-sum(l.amount), 0)::bigint as used from ledger_entry l
  where l.account_id = :accountId and l.feature = :feature and l.at >= :since and ${isUsageEntry('l')}
    and (:subAccountId::text is null or l.sub_account_id = :subAccountId)
`)
