import { ROLLUP_PERIODS, ROLLUP_SUMS } from '#entities/entitlements/usage-rollup.entity.js'
import { isUsageEntry } from '#services/entitlements/model/usage-entry.js'

/**
 * Joins the entries that name the users of entries `l`: `f` is the first entry of an operation, or of the consumption that an amendment
 * changes. The end of a reservation has no caller: it counts for the caller who reserved.
 * @param areFew few entries are read, so that these are found by their keys. The planner, which does not know how many, would read all entries.
 */
const ofOperation = (areFew: boolean): string => {
  const join = (table: string, name: string, condition: string): string =>
    areFew
      ? `
    left join lateral (select * from ${table} ${name} where ${condition} offset 0) ${name} on true`
      : `
    left join ${table} ${name} on ${condition}`
  return [
    join(
      'usage_amendment',
      'amended',
      'amended.account_id = l.account_id and amended.version = l.version and amended.operation_no = l.operation_no',
    ),
    join(
      'ledger_entry',
      'f',
      `f.account_id = l.account_id and f.version = coalesce(amended.consumption_version, l.version)
      and f.operation_no = coalesce(amended.consumption_operation_no, l.operation_no) and f.entry_no = 0`,
    ),
    join(
      'ledger_entry',
      'held',
      `held.account_id = l.account_id and held.entry_no = 0
      and held.version = case when f.principal = 'expiry' then split_part(f.key, '-', 1)::bigint end
      and held.operation_no = case when f.principal = 'expiry' then split_part(f.key, '-', 2)::int end`,
    ),
  ].join('')
}

/** Units that entries used, or their cost. The currency of units is empty. */
export type UsagePart = 'units' | 'costs'

/** The first entry of a use, which has what the use cost the seller: what the provider reported, otherwise the price list. */
const IS_USE = `l.entry_no = 0 and l.kind = 'CONSUME'`
/** An end by time is an estimate: a report can follow it. */
const PROVIDER_COST = `coalesce(l.price->>'providerCost', case when l.price->>'basis' = 'ESTIMATE' then null else l.price->>'listCost' end)::numeric`

const PARTS = {
  units: {
    currency: `''`,
    used: '-l.amount',
    cost: '0',
    providerCost: `case when ${IS_USE} then coalesce(${PROVIDER_COST}, 0) else 0 end`,
    unknown: `case when ${IS_USE} and ${PROVIDER_COST} is null then 1 else 0 end`,
    joins: '',
    condition: (areFew: boolean) => isUsageEntry('l', areFew),
  },
  // Only units beyond the allowance have a cost.
  costs: {
    currency: `charge.value->>'currency'`,
    used: '0',
    cost: `(charge.value->>'amountMinor')::bigint`,
    providerCost: '0',
    unknown: '0',
    joins: `cross join lateral jsonb_array_elements(l.price->'charges') charge (value)`,
    condition: () => `l.price->'charges' is not null`,
  },
} as const satisfies Record<UsagePart, object>

/** SQL that selects usage of entries `l`, which `entries` finds, with everything that it can be grouped by. */
export function usageFrom(entries: string, part: UsagePart, areFew = false): string {
  const { currency, used, cost, providerCost, unknown, joins, condition } = PARTS[part]
  return `
  select l.account_id, l.feature, l.at, ${currency} as currency, coalesce(l.sub_account_id, '') as sub_account_id,
    coalesce(l.user_id, '') as user_id, coalesce(f.api_key_id, held.api_key_id, '') as api_key_id,
    coalesce(f.price->'dimensions', '{}') || coalesce(f.price->'properties', '{}') as dimensions, coalesce(f.reference, '') as reference,
    ${used} as used, ${cost} as cost_minor, ${providerCost} as provider_cost, ${unknown} as unknown_costs
  from ${entries} ${joins}${ofOperation(areFew)}
  where ${condition(areFew)}`
}

/** SQL that sums usage of entries `l` by hour, day and month, as the rollup has it. */
export const rollupOf = (entries: string, areFew = false): string => `
  select part.account_id, p.period, part.feature, date_trunc(p.period, part.at, 'UTC') as starts_at, part.currency, part.sub_account_id,
    part.user_id, part.api_key_id, part.dimensions, ${ROLLUP_SUMS.map((name) => `sum(part.${name})::${name === 'provider_cost' ? 'numeric' : 'bigint'} as ${name}`).join(', ')}
  from (${usageFrom(entries, 'units', areFew)} union all ${usageFrom(entries, 'costs', areFew)}) part
    cross join unnest('{${ROLLUP_PERIODS.join()}}'::text[]) as p (period)
  group by 1, 2, 3, 4, 5, 6, 7, 8, 9`

/** SQL that selects uses of entries `l` with what they cost the seller. */
export const costsFrom = (entries: string): string => `
  select l.account_id, l.feature, l.at, coalesce(l.price->'dimensions', '{}') || coalesce(l.price->'properties', '{}') as dimensions,
    ${PARTS.units.providerCost} as provider_cost, ${PARTS.units.unknown} as unknown_costs
  from ${entries} where ${IS_USE} and ${isUsageEntry('l')}`
