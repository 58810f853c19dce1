import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import { sqlSelectsType } from '#services/kernel/events/event-filter.js'
import { statement } from '#services/kernel/database/statement.js'

/** Condition that the transaction of an event is complete in a snapshot. */
const isComplete = (event: string, snapshot: string): string =>
  `pg_visible_in_snapshot(${event}.transaction_id, ${snapshot}::text::pg_snapshot)`

/**
 * Events of all deployments of an account whose transactions are complete in `upto` and were not complete in `from`, after a position. Events
 * of a deployment become visible in their order, so those before the last one that was visible in `from` are not read.
 */
export const deploymentEventsBetween = statement<
  {
    accountId: string
    from: string
    upto: string
    streamId: string
    sequence: number
    types: readonly string[]
    except: readonly string[]
    limit: number
  },
  StreamEventRow
>(`
  select e.stream_id, e.sequence, e.id, e.account_id, e.type, e.summary, e.subject_type, e.subject_id, e.changes_entitlements,
    e.data, e.at, e.recorded_at
  from deployment d
    cross join lateral (
      select coalesce((
        select seen.sequence from stream_event seen
        where seen.account_id = d.account_id and seen.stream_id = d.id and ${isComplete('seen', ':from')}
        order by seen.sequence desc limit 1
      ), 0) as sequence
    ) last
    join stream_event e on e.account_id = d.account_id and e.stream_id = d.id
      and e.sequence > greatest(last.sequence, case when d.id = :streamId then :sequence::bigint else 0 end)
  where d.account_id = :accountId and d.id >= :streamId
    and ${isComplete('e', ':upto')}
    and ${sqlSelectsType(':types::text[]', 'e.type')} and not ${sqlSelectsType(':except::text[]', 'e.type')}
  order by e.stream_id, e.sequence limit :limit
`)
