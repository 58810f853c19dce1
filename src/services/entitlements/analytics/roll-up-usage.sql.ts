import { statement } from '#services/kernel/database/statement.js'
import { pendingEntries, type PendingEntries } from './analytics.sql.js'
import { ROLLUP_SUMS } from '#entities/entitlements/usage-rollup.entity.js'
import { rollupOf } from './usage-parts.sql.js'

/** Adds usage to the hours, days and months of its account. */
export const rollUpUsage = statement<PendingEntries>(`
  insert into usage_rollup (account_id, period, feature, starts_at, currency, sub_account_id, user_id, api_key_id, dimensions, ${ROLLUP_SUMS.join(', ')})
  ${rollupOf(pendingEntries(), true)}
  on conflict (account_id, period, feature, starts_at, currency, sub_account_id, user_id, api_key_id, dimensions)
  do update set ${ROLLUP_SUMS.map((name) => `${name} = usage_rollup.${name} + excluded.${name}`).join(', ')}
`)

/** Dimensions of work that a default line of a rate card priced. */
export const findDefaultPrices = statement<
  PendingEntries,
  { feature: string; dimensions: Readonly<Record<string, string>> }
>(`
  select distinct l.feature, l.price->'dimensions' as dimensions
  from ${pendingEntries()}
  where l.price->'byDefault' is not null
`)
