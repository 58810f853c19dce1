import { statement } from '#services/kernel/database/statement.js'

/**
 * Deletes events from the start of a stream, never from its middle, so that the rest has no gap. The last event stays,
 * because it carries the sequence of its account or deployment. A batch reads no more old events than it deletes, and
 * the last ones of streams without newer events.
 */
export const deleteOldEvents = statement<
  { isAccountStream: boolean; days: number; limit: number },
  { deleted: number }
>(`
  with aged as (
    select e.stream_id, e.sequence from stream_event e
    where (e.stream_id = e.account_id) = :isAccountStream and e.recorded_at < now() - make_interval(days => :days)
      and e.sequence < (select max(last.sequence) from stream_event last where last.stream_id = e.stream_id)
    limit :limit
  ), bound as (
    select stream_id, max(sequence) as upto from aged group by stream_id
  ), deleted as (
    delete from stream_event where (stream_id, sequence) in (
      select e.stream_id, e.sequence
      from bound join stream_event e on e.stream_id = bound.stream_id and e.sequence <= bound.upto
      order by e.stream_id, e.sequence limit :limit
    )
    returning 1
  )
  select count(*)::int as deleted from deleted
`)
