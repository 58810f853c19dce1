import { sqlRule } from '../invariant.js'
import { isUsageEventEntry } from './credit-rules.js'

/** Every event that can be read: those that are written down, and uses that the ledger alone tells (`ledger_usage_event`). */
const PUBLISHED = `(select stream_id, sequence from stream_event
  union select l.account_id, l.version from ledger_entry l where ${isUsageEventEntry('l')} and not exists (
    select from event_retention f where f.account_id = l.account_id and f.deleted_through >= l.version))`

/** Accounts, their events and their members. */
export const accountRules = [
  sqlRule(
    'account_version_is_its_last_event',
    "An account's version equals the sequence of its last event.",
    `select a.id as account_id, a.version, last.sequence, a.version = coalesce(last.sequence, 0) as ok
     from account a left join (select stream_id, max(sequence) as sequence from ${PUBLISHED} told group by stream_id) last on last.stream_id = a.id`,
  ),
  sqlRule(
    'events_have_no_gaps',
    'Retained events of an account or deployment have no gaps in their sequence.',
    `select stream_id, count(*) as events, min(sequence) as first, max(sequence) as last, min(sequence) >= 1 and max(sequence) - min(sequence) + 1 = count(*) as ok
     from ${PUBLISHED} told group by stream_id`,
  ),
  sqlRule(
    'deployment_version_is_its_last_event',
    "A deployment's version equals the sequence of its last event.",
    `select d.id as deployment_id, d.version, last.sequence, d.version = coalesce(last.sequence, 0) as ok
     from deployment d left join (select stream_id, max(sequence) as sequence from stream_event group by stream_id) last on last.stream_id = d.id`,
  ),
  sqlRule(
    'events_belong_to_their_account',
    'Every event belongs to the stream of its account, or of a deployment of that account.',
    `select e.id as event_id, e.stream_id, e.account_id, e.stream_id = e.account_id or d.account_id = e.account_id as ok
     from stream_event e left join deployment d on d.id = e.stream_id`,
  ),
  sqlRule(
    'members_are_counted',
    'The latest member count equals the number of members.',
    `select c.account_id, c.members as counted, coalesce(m.members, 0) as members, c.members = coalesce(m.members, 0) as ok
     from (select distinct on (account_id) account_id, members from member_count order by account_id, changed_at desc) c
       left join (select account_id, count(*) as members from member group by account_id) m on m.account_id = c.account_id`,
  ),
]
