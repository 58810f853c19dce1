import { statement } from '#services/kernel/database/statement.js'

/** Paying accounts at the start of a range, and how many of them were lost by its end. */
export interface Churn {
  readonly startCount: number
  readonly lost: number
}

export const ranges = (): string =>
  'unnest(:starts::timestamptz[], :ends::timestamptz[]) with ordinality as range (starts, ends, place)'

/**
 * Paying accounts at the start of each range, and how many of them were lost by its end. The periods of an account never overlap: an
 * account that returned has a period that starts after the start. Two queries, so that each is one join.
 */
export const countChurn = statement<{ starts: readonly Date[]; ends: readonly Date[] }, Churn>(`
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
  from ${ranges()}
  order by range.place
`)
