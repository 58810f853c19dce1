import { statement } from '../database/statement.js'

export type OldEvents = { days: number; limit: number }

/** Machine time before which events are deleted. */
export const eventCutoff = (): string => 'now() - make_interval(days => :days)'

/** Deletes events up to a place of each stream, which `bound` finds. */
export const deleteUpTo = (bound: string): string => `
  with ${bound}, deleted as (
    delete from stream_event where (stream_id, sequence) in (
      select e.stream_id, e.sequence
      from bound join stream_event e on e.stream_id = bound.stream_id and e.sequence <= bound.upto
      order by e.stream_id, e.sequence limit :limit
    )
    returning 1
  )
  select count(*)::int as deleted from deleted
`

/**
 * Deletes events of accounts from the start of a stream, never from its middle, so that the rest has no gap. The last
 * event stays, because it carries the sequence of its account. A batch reads at most ten times the old events that it
 * deletes, so that it deletes many of each stream, and the last ones of accounts without newer events. The part `aged` is
 * planned as if all of it was read, so that an index of times finds the few that are left.
 */
export const deleteOldAccountEvents = statement<OldEvents, { deleted: number }>(
  deleteUpTo(`aged as materialized (
    select e.stream_id, e.sequence from stream_event e join account a on a.id = e.stream_id and e.sequence < a.version
    where e.recorded_at < ${eventCutoff()}
  ), bound as (
    select part.stream_id, least(
      max(part.sequence), (select max(last.sequence) - 1 from stream_event last where last.stream_id = part.stream_id)
    ) as upto
    from (select * from aged limit 10 * :limit) part group by part.stream_id
  )`),
)
