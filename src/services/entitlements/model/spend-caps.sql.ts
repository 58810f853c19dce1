import { statement } from '#services/kernel/database/statement.js'
import { exactCostSql } from '#services/catalog/tariffs/exact-cost.sql.js'
import { isUsageEntry } from './usage-entry.js'

/** Units of a feature that an account, or one of its sub-accounts or members, has used since a time. */
export const usedSince = statement<
  { accountId: string; subAccountId: string | null; userId: string | null; feature: string; since: Date },
  { used: number }
>(`
  select coalesce(-sum(l.amount), 0)::bigint as used from ledger_entry l
  where l.account_id = :accountId and l.feature = :feature and l.at >= :since and ${isUsageEntry('l')}
    and (:subAccountId::text is null or l.sub_account_id = :subAccountId)
    and (:userId::text is null or l.user_id = :userId)
`)

/** Cost of units beyond the allowance of a feature since a time, in the smallest unit of a currency. */
export const chargedSince = statement<
  { accountId: string; feature: string; since: Date; currency: string },
  { used: number }
>(`
  select greatest(0, coalesce(sum((c.charge->>'amountMinor')::bigint), 0))::bigint as used
  from ledger_entry l cross join lateral jsonb_array_elements(l.price->'charges') as c(charge)
  where l.account_id = :accountId and l.feature = :feature and l.at >= :since and l.price->'charges' is not null
    and c.charge->>'currency' = :currency
`)

const TARIFF = `c.charge->>'tariff'`
const BEFORE = `(c.charge->>'before')::numeric`
const UNITS = `(c.charge->>'units')::numeric`

/** Exact cost of units beyond the allowance that a member has used of a feature since a time, in the smallest unit of a currency with nine decimals. */
export const exactCostSince = statement<
  { accountId: string; userId: string; feature: string; since: Date; currency: string },
  { exact: string }
>(`
  select coalesce(sum(${exactCostSql(TARIFF, `${BEFORE} + ${UNITS}`)} - ${exactCostSql(TARIFF, BEFORE)}), 0)::numeric(40, 9)::text as exact
  from ledger_entry l cross join lateral jsonb_array_elements(l.price->'charges') as c(charge)
  where l.account_id = :accountId and l.user_id = :userId and l.feature = :feature and l.at >= :since
    and l.price->'charges' is not null and c.charge->>'currency' = :currency
`)
