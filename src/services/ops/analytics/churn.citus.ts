import { statementForm } from '#services/kernel/database/forms.js'
import { countChurn, ranges } from './churn.sql.js'

export const churnForms = [
  statementForm(countChurn, {
    // Counted by range, because no subquery of a list can read several machines.
    text: `
  with paying as materialized (
    select range.place, count(*)::int as accounts
    from ${ranges()}
      join subscriber_period s on s.started_at <= range.starts and (s.ended_at is null or s.ended_at > range.starts)
    group by range.place
  ), returned as materialized (
    select range.place, count(distinct s.account_id)::int as accounts
    from ${ranges()}
      join subscriber_period s on s.started_at <= range.starts and s.ended_at > range.starts and s.ended_at <= range.ends
      join subscriber_period b on b.account_id = s.account_id and b.started_at > range.starts and b.started_at <= range.ends
        and (b.ended_at is null or b.ended_at > range.ends)
    group by range.place
  ), ended as materialized (
    select range.place, count(*)::int as accounts
    from ${ranges()}
      join subscriber_period s on s.started_at <= range.starts and s.ended_at > range.starts and s.ended_at <= range.ends
    group by range.place
  )
  select coalesce(paying.accounts, 0) as start_count, coalesce(ended.accounts, 0) - coalesce(returned.accounts, 0) as lost
  from ${ranges()}
    left join paying on paying.place = range.place
    left join ended on ended.place = range.place
    left join returned on returned.place = range.place
  order by range.place
`,
  }),
]
