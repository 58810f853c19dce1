import type { ROLLUP_SUMS } from '#entities/entitlements/usage-rollup.entity.js'
import { statement } from '#services/kernel/database/statement.js'
import { planAt } from '#services/entitlements/analytics/analytics.sql.js'
import type { SplitDateRangeParameters } from '#services/entitlements/analytics/split-date-range.js'
import { costsFrom, usageFrom, type UsagePart } from '#services/entitlements/analytics/usage-parts.sql.js'

/** Parameters of usage of one account. The first period is 1. */
export interface SummedUsage {
  readonly accountId: string
  readonly features: readonly string[]
  readonly groups: readonly string[]
  readonly property: string
  readonly bounds: readonly Date[]
  /** Whole periods, which are read from the rollup: the name of the period, and the range. */
  readonly rolledUp: readonly string[]
  readonly starts: readonly Date[]
  readonly ends: readonly Date[]
  /** Ranges whose usage is read from the ledger. */
  readonly edgeStarts: readonly Date[]
  readonly edgeEnds: readonly Date[]
  readonly afterFeature: number
  readonly afterParts: readonly string[]
  readonly limit: number
}

interface Place {
  readonly position: number
  readonly parts: string[]
  readonly period: number
}

export interface UsageRow extends Place {
  readonly used: number
}

/** Costs of uses for the seller. */
export interface SpentRow {
  readonly period: number
  /** In trillionths of a US dollar. */
  readonly cost: string
  /** Number of uses whose cost is not known. */
  readonly unknown: number
}

/** Version up to which the rollup has the entries of the account. */
const ROLLED_UP = `(select coalesce(max(version), -1) from analytics_checkpoint where account_id = :accountId)`

/** Entries that the rollup does not have yet, and those in parts of an hour. */
const ENTRIES = `(
      select l.* from (
          -- In the order of the primary key, and with an offset: otherwise all entries of the range are read by their times.
          select * from ledger_entry where account_id = :accountId and version > ${ROLLED_UP}
          order by account_id, version, operation_no, entry_no offset 0
        ) l
      where l.feature = any(:features)
        and l.at >= (:bounds::timestamptz[])[1] and l.at < (:bounds::timestamptz[])[cardinality(:bounds::timestamptz[])]
      union all
      select l.* from unnest(:edgeStarts::timestamptz[], :edgeEnds::timestamptz[]) as edge (starts, ends)
        cross join lateral (
          select e.* from ledger_entry e
          where e.account_id = :accountId and e.version <= ${ROLLED_UP} and e.feature = any(:features)
            and e.at >= edge.starts and e.at < edge.ends
          offset 0
        ) l
    ) l`

/** A value of a group. Empty without one, or if the group is not requested. */
const partOf = (group: string, value: string): string =>
  `case when '${group}' = any(:groups::text[]) then coalesce(${value}, '') else '' end`

/**
 * Usage of features by period, and by the requested groups: of so many groups after the given one, in the order of features and parts.
 * The last part is the currency.
 */
const sumOf = <Row extends Place>(
  part: UsagePart,
  values: Partial<Record<(typeof ROLLUP_SUMS)[number], (sum: string) => string>>,
) => {
  const names = Object.keys(values)
  return statement<SummedUsage, Row>(`
  with part as (
    select u.feature, u.starts_at as at, u.currency, u.sub_account_id, u.user_id, u.api_key_id, u.dimensions, '' as reference, ${names.map((name) => `u.${name}`).join(', ')}
    from unnest(:rolledUp::text[], :starts::timestamptz[], :ends::timestamptz[]) as piece (period, starts, ends)
      -- With an offset: the plan for any account, which the database makes after five requests, would read those of all.
      cross join lateral (
        select * from usage_rollup r
        where r.account_id = :accountId and r.period = piece.period and r.feature = any(:features)
          and r.starts_at >= piece.starts and r.starts_at < piece.ends and (r.currency = '') = (${part === 'units'})
        offset 0
      ) u
    union all
    select feature, at, currency, sub_account_id, user_id, api_key_id, dimensions, reference, ${names.join(', ')} from (${usageFrom(ENTRIES, part, true)}) recent
  ), used as (
    select array_position(:features::text[], feature) as position,
      array[
        ${partOf('SUB_ACCOUNT', 'sub_account_id')},
        ${partOf('MEMBER', 'user_id')},
        ${partOf('API_KEY', 'api_key_id')},
        ${partOf('MODEL', "dimensions->>'model'")},
        ${partOf('PROPERTY', 'dimensions->>:property::text')},
        ${partOf('REFERENCE', 'reference')},
        currency
      ] as parts,
      width_bucket(at, :bounds::timestamptz[]) as period, ${names.map((name) => `sum(${name}) as ${name}`).join(', ')}
    from part group by 1, 2, 3
  ), ranked as (
    select used.*, dense_rank() over (order by position, parts) as place
    from used where (position, parts) > (:afterFeature::int, :afterParts::text[])
  )
  select position, parts, period, ${Object.entries(values)
    .map(([name, selected]) => selected(name))
    .join(', ')} from ranked where place <= :limit
  order by position, parts, period
`)
}

const asUsed = (sum: string): string => `${sum}::bigint as used`
const SPENT = {
  provider_cost: (sum: string) => `round(${sum} * 1e12)::text as cost`,
  unknown_costs: (sum: string) => `${sum}::bigint as unknown`,
}

export const sumUnits = sumOf<UsageRow & SpentRow>('units', { used: asUsed, ...SPENT })
export const sumCosts = sumOf<UsageRow>('costs', { cost_minor: asUsed })

/** Costs of the uses of all accounts for the seller, by period and by the requested groups. */
export const sumSpentOfAll = statement<
  SplitDateRangeParameters & {
    bounds: readonly Date[]
    groups: readonly string[]
    property: string
    group: string
    fallback: string
  },
  SpentRow & { readonly parts: string[] }
>(`
  with l as (
    select account_id, feature, starts_at as at, starts_at + interval '1 day' - interval '1 millisecond' as plan_at, dimensions, provider_cost, unknown_costs
    from usage_rollup
    where period = 'DAY' and currency = '' and starts_at >= :firstDay::date::timestamp at time zone 'UTC' and starts_at < :lastDay::date::timestamp at time zone 'UTC'
    union all
    select account_id, feature, at, at, dimensions, provider_cost, unknown_costs
    from (${costsFrom(`unnest(:edgeStarts::timestamptz[], :edgeEnds::timestamptz[]) as edge (starts, ends)
      join ledger_entry l on l.at >= edge.starts and l.at < edge.ends`)}) recent
  )
  select array[
      ${partOf('ACCOUNT', 'account_id')},
      ${partOf('PLAN', planAt('l', 'l.plan_at'))},
      ${partOf('FEATURE', 'feature')},
      ${partOf('MODEL', "dimensions->>'model'")},
      ${partOf('PROPERTY', 'dimensions->>:property::text')}
    ] as parts,
    width_bucket(at, :bounds::timestamptz[]) as period, ${SPENT.provider_cost('sum(provider_cost)')}, ${SPENT.unknown_costs('sum(unknown_costs)')}
  from l group by 1, 2 order by 1, 2
`)
