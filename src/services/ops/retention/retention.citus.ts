import { statementForm } from '#services/kernel/database/forms.js'
import { deleteOldAccountEvents, deleteOldDeploymentEvents } from './retention.sql.js'

/** One statement reads the events, and another deletes them on the machines of their accounts. */
const formOf = (of: typeof deleteOldAccountEvents, streams: string) =>
  statementForm(of, {
    text: `
  select count(*)::int as deleted, coalesce(json_agg(json_build_object('account_id', account_id, 'stream_id', stream_id, 'sequence', sequence)), '[]') as events
  from (
    select e.account_id, e.stream_id, e.sequence
    from (
      select account_id, stream_id, least(
          max(sequence) filter (where recorded_at < now() - make_interval(days => :days)), max(sequence) - 1
        ) as upto
      from stream_event where ${streams}
      group by account_id, stream_id
      -- Otherwise nothing is old, which the function least would ignore.
      having bool_or(recorded_at < now() - make_interval(days => :days))
    ) bound
      join stream_event e on e.account_id = bound.account_id and e.stream_id = bound.stream_id and e.sequence <= bound.upto
    order by e.stream_id, e.sequence limit :limit
  ) old`,
    writes: [
      `delete from stream_event e
  using json_to_recordset(:found::json -> 0 -> 'events') as old (account_id text, stream_id text, sequence bigint)
  where e.account_id = old.account_id and e.stream_id = old.stream_id and e.sequence = old.sequence`,
    ],
  })

export const retentionForms = [
  formOf(deleteOldAccountEvents, 'stream_id = account_id'),
  formOf(deleteOldDeploymentEvents, 'stream_id <> account_id'),
]
