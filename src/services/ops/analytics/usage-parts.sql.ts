import { ROLLUP_PERIODS } from '#entities/ops/usage-rollup.entity.js'
import { isUsageEntry } from '#services/entitlements/model/usage-entry.js'

/**
 * Joins the entries that name the users of entries `l`: `f` is the first entry of an operation, or of the consumption that an amendment
 * changes. The end of a reservation has no caller: it counts for the caller who reserved.
 */
const OF_OPERATION = `
    left join usage_amendment amended on amended.account_id = l.account_id and amended.version = l.version and amended.operation_no = l.operation_no
    left join ledger_entry f on f.account_id = l.account_id and f.version = coalesce(amended.consumption_version, l.version)
      and f.operation_no = coalesce(amended.consumption_operation_no, l.operation_no) and f.entry_no = 0
    left join ledger_entry held on held.account_id = l.account_id and held.entry_no = 0
      and held.version = case when f.principal = 'expiry' then split_part(f.key, '-', 1)::bigint end
      and held.operation_no = case when f.principal = 'expiry' then split_part(f.key, '-', 2)::int end`

/** Units that entries used, or their cost. The currency of units is empty. */
export type UsagePart = 'units' | 'costs'

const PARTS = {
  units: {
    currency: `''`,
    used: '-l.amount',
    cost: '0',
    joins: '',
    condition: isUsageEntry('l'),
  },
  // Only units beyond the allowance have a cost.
  costs: {
    currency: `charge.value->>'currency'`,
    used: '0',
    cost: `(charge.value->>'amountMinor')::bigint`,
    joins: `cross join lateral jsonb_array_elements(l.price->'charges') charge (value)`,
    condition: `l.price->'charges' is not null`,
  },
} as const satisfies Record<UsagePart, object>

/** SQL that selects usage of entries `l`, which `entries` finds, with everything that it can be grouped by. */
export function usageFrom(entries: string, part: UsagePart): string {
  const { currency, used, cost, joins, condition } = PARTS[part]
  return `
  select l.account_id, l.feature, l.at, ${currency} as currency, coalesce(l.sub_account_id, '') as sub_account_id,
    coalesce(l.user_id, '') as user_id, coalesce(f.api_key_id, held.api_key_id, '') as api_key_id,
    coalesce(f.price->'dimensions', '{}') || coalesce(f.price->'properties', '{}') as dimensions, coalesce(f.reference, '') as reference,
    ${used} as used, ${cost} as cost_minor
  from ${entries} ${joins}${OF_OPERATION}
  where ${condition}`
}

/** SQL that sums usage of entries `l` by hour, day and month, as the rollup has it. */
export const rollupOf = (entries: string): string => `
  select part.account_id, p.period, part.feature, date_trunc(p.period, part.at, 'UTC') as starts_at, part.currency, part.sub_account_id,
    part.user_id, part.api_key_id, part.dimensions, sum(part.used)::bigint as used, sum(part.cost_minor)::bigint as cost_minor
  from (${usageFrom(entries, 'units')} union all ${usageFrom(entries, 'costs')}) part
    cross join unnest('{${ROLLUP_PERIODS.join()}}'::text[]) as p (period)
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9`
