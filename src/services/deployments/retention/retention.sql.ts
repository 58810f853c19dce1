import { statement } from '#services/kernel/database/statement.js'
import { deleteUpTo, eventCutoff, type OldEvents } from '#services/kernel/retention/retention.sql.js'

/** Deletes events of deployments from the start of a stream. Their events are kept for a shorter time, so that most events of their age are those of accounts. */
export const deleteOldDeploymentEvents = statement<OldEvents, { deleted: number }>(
  deleteUpTo(`bound as (
    select d.id as stream_id, least(
      (select max(last.sequence) from stream_event last where last.stream_id = d.id),
      (select young.sequence from stream_event young
       where young.stream_id = d.id and young.recorded_at >= ${eventCutoff()} order by young.sequence limit 1)
    ) - 1 as upto
    from deployment d
    where (select first.recorded_at from stream_event first where first.stream_id = d.id order by first.sequence limit 1) < ${eventCutoff()}
  )`),
)
