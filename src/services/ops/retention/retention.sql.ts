import { statement } from '#services/kernel/database/statement.js'

type OldEvents = { days: number; limit: number }

const CUTOFF = 'now() - make_interval(days => :days)'

const deleteUpTo = (bound: string): string => `
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
    where e.recorded_at < ${CUTOFF}
  ), bound as (
    select part.stream_id, least(
      max(part.sequence), (select max(last.sequence) - 1 from stream_event last where last.stream_id = part.stream_id)
    ) as upto
    from (select * from aged limit 10 * :limit) part group by part.stream_id
  )`),
)

/** The same for deployments. Their events are kept for a shorter time, so that most events of their age are those of accounts. */
export const deleteOldDeploymentEvents = statement<OldEvents, { deleted: number }>(
  deleteUpTo(`bound as (
    select d.id as stream_id, least(
      (select max(last.sequence) from stream_event last where last.stream_id = d.id),
      (select young.sequence from stream_event young
       where young.stream_id = d.id and young.recorded_at >= ${CUTOFF} order by young.sequence limit 1)
    ) - 1 as upto
    from deployment d
    where (select first.recorded_at from stream_event first where first.stream_id = d.id order by first.sequence limit 1) < ${CUTOFF}
  )`),
)
