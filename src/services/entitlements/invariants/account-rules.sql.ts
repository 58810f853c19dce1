import { ofTable } from '#services/kernel/database/statement.js'
import { invariantStatement } from '#services/catalog/invariants/rule-statements.sql.js'

/** Accounts whose version differs from the sequence of their last event. */
export const accountVersionIsItsLastEvent = invariantStatement(`
  select a.id as account_id, a.version, last.sequence, a.version = coalesce(last.sequence, 0) as ok
  from account a
    left join (
      select stream_id, max(sequence) as sequence from stream_event group by stream_id
    ) last on last.stream_id = a.id
`)

/** Streams with a gap. */
export const eventsHaveNoGaps = invariantStatement(`
  select stream_id, count(*) as events, min(sequence) as first, max(sequence) as last,
    min(sequence) >= 1 and max(sequence) - min(sequence) + 1 = count(*) as ok
  from stream_event group by stream_id
`)

/** Events in the stream of another account. */
export const eventsBelongToTheirAccount = invariantStatement(`
  select e.id as event_id, e.stream_id, e.account_id, e.stream_id = e.account_id or d.id is not null as ok
  from stream_event e ${ofTable(
    'deployment',
    'left join deployment d on d.id = e.stream_id and d.account_id = e.account_id',
    // Without deployments, their streams are those that belong to no account.
    'left join lateral (select e.id where not exists (select from account a where a.id = e.stream_id)) d on true',
  )}
`)

/** Accounts whose latest member count differs from the number of their members. */
export const membersAreCounted = invariantStatement(`
  select c.account_id, c.members as counted, coalesce(m.members, 0) as members, c.members = coalesce(m.members, 0) as ok
  from (
    select distinct on (account_id) account_id, members from member_count order by account_id, changed_at desc
  ) c
    left join (select account_id, count(*) as members from member group by account_id) m on m.account_id = c.account_id
`)
