import { statement } from '#services/kernel/database/statement.js'
import type { Churn } from './churn.js'

const RANGES = 'unnest(:starts::timestamptz[], :ends::timestamptz[]) with ordinality as range (starts, ends, place)'

/**
 * Paying accounts at the start of each range, and how many of them were lost by its end. The periods of an account never overlap: an
 * account that returned has a period that starts after the start. Two queries, so that each is one join.
 */
export const countChurn = statement<{ starts: readonly Date[]; ends: readonly Date[] }, Omit<Churn, 'rate'>>(
  `
  select
    (
      select count(*)::int from subscriber_period
      where started_at <= range.starts and (ended_at is null or ended_at > range.starts)
    ) as start_count,
    (
      select count(*)::int from subscriber_period s
      where s.started_at <= range.starts and s.ended_at > range.starts and s.ended_at <= range.ends
        and not exists (
          select from subscriber_period b
          where b.account_id = s.account_id and b.started_at > range.starts and b.started_at <= range.ends
            and (b.ended_at is null or b.ended_at > range.ends)
        )
    ) as lost
  from ${RANGES}
  order by range.place
`,
  {
    // Counted by range, because no subquery of a list can read several machines.
    text: `
  with paying as materialized (
    select range.place, count(*)::int as accounts
    from ${RANGES}
      join subscriber_period s on s.started_at <= range.starts and (s.ended_at is null or s.ended_at > range.starts)
    group by range.place
  ), returned as materialized (
    select range.place, count(distinct s.account_id)::int as accounts
    from ${RANGES}
      join subscriber_period s on s.started_at <= range.starts and s.ended_at > range.starts and s.ended_at <= range.ends
      join subscriber_period b on b.account_id = s.account_id and b.started_at > range.starts and b.started_at <= range.ends
        and (b.ended_at is null or b.ended_at > range.ends)
    group by range.place
  ), ended as materialized (
    select range.place, count(*)::int as accounts
    from ${RANGES}
      join subscriber_period s on s.started_at <= range.starts and s.ended_at > range.starts and s.ended_at <= range.ends
    group by range.place
  )
  select coalesce(paying.accounts, 0) as start_count, coalesce(ended.accounts, 0) - coalesce(returned.accounts, 0) as lost
  from ${RANGES}
    left join paying on paying.place = range.place
    left join ended on ended.place = range.place
    left join returned on returned.place = range.place
  order by range.place
`,
  },
)
