import { statement } from '#services/kernel/database/statement.js'
import { pendingEntries, type PendingEntries } from './analytics.sql.js'
import { rollupOf } from './usage-parts.sql.js'

/** Adds usage to the hours, days and months of its account. */
export const rollUpUsage = statement<PendingEntries>(`
  insert into usage_rollup (account_id, period, feature, starts_at, currency, sub_account_id, user_id, api_key_id, dimensions, used, cost_minor)
  ${rollupOf(pendingEntries(), true)}
  on conflict (account_id, period, feature, starts_at, currency, sub_account_id, user_id, api_key_id, dimensions)
  do update set used = usage_rollup.used + excluded.used, cost_minor = usage_rollup.cost_minor + excluded.cost_minor
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
