import { statement } from '#services/kernel/database/statement.js'
import { exactCostOf, tiersOf } from '#services/catalog/tariffs/exact-cost.sql.js'
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

/** Exact cost of units beyond the allowance that a member has used of a feature since a time, in the smallest unit of a currency with nine decimals. */
export const exactCostSince = statement<
  { accountId: string; userId: string; feature: string; since: Date; currency: string },
  { exact: string }
>(`
  select coalesce(sum(cost), 0)::numeric(40, 9)::text as exact from (
    select ${exactCostOf("(charge ->> 'before')::numeric + (charge ->> 'units')::numeric")} - ${exactCostOf("(charge ->> 'before')::numeric")} as cost
    from ledger_entry l
      cross join lateral jsonb_array_elements(l.price -> 'charges') with ordinality as c (charge, charge_no) ${tiersOf("charge ->> 'tariff'")}
    where l.account_id = :accountId and l.user_id = :userId and l.feature = :feature and l.at >= :since
      and l.price->'charges' is not null and charge ->> 'currency' = :currency
    group by l.account_id, l.version, l.operation_no, l.entry_no, charge_no
  ) charged
`)
