import { statement } from '#services/kernel/database/statement.js'
import { usageFrom, type UsagePart } from '#services/entitlements/analytics/usage-parts.sql.js'

/** Parameters of usage of one account. The first period is 1. */
interface SummedUsage {
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

export interface UsageRow {
  readonly position: number
  readonly parts: string[]
  readonly period: number
  readonly used: number
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
const sumOf = (part: UsagePart, value: 'used' | 'cost_minor') =>
  statement<SummedUsage, UsageRow>(`
  with part as (
    select u.feature, u.starts_at as at, u.currency, u.sub_account_id, u.user_id, u.api_key_id, u.dimensions, '' as reference, u.${value} as amount
    from unnest(:rolledUp::text[], :starts::timestamptz[], :ends::timestamptz[]) as piece (period, starts, ends)
      -- With an offset: the plan for any account, which the database makes after five requests, would read those of all.
      cross join lateral (
        select * from usage_rollup r
        where r.account_id = :accountId and r.period = piece.period and r.feature = any(:features)
          and r.starts_at >= piece.starts and r.starts_at < piece.ends and (r.currency = '') = (${part === 'units'})
        offset 0
      ) u
    union all
    select feature, at, currency, sub_account_id, user_id, api_key_id, dimensions, reference, ${value} from (${usageFrom(ENTRIES, part, true)}) recent
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
      width_bucket(at, :bounds::timestamptz[]) as period, sum(amount) as amount
    from part group by 1, 2, 3
  ), ranked as (
    select used.*, dense_rank() over (order by position, parts) as place
    from used where (position, parts) > (:afterFeature::int, :afterParts::text[])
  )
  select position, parts, period, amount::bigint as used from ranked where place <= :limit
  order by position, parts, period
`)

export const sumUnits = sumOf('units', 'used')
export const sumCosts = sumOf('costs', 'cost_minor')
