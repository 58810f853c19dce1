import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import { sqlIsRare, sqlSelectsType } from './event-filter.js'
import { ofTable, statement, type NoParameters } from '../database/statement.js'

/** Explicit columns: a release that adds a column does not affect these statements. */
const COLUMNS =
  'stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, changes_entitlements, data, at, recorded_at'

/** Events of a stream after a position, in order. */
export const eventsAfter = statement<
  { accountId: string; streamId: string; after: number; limit: number },
  StreamEventRow
>(`
  select ${COLUMNS} from stream_event
  where account_id = :accountId and stream_id = :streamId and sequence > :after order by sequence limit :limit
`)

interface FilteredEvents {
  readonly accountId: string
  readonly streamId: string
  readonly types: readonly string[]
  readonly except: readonly string[]
  readonly limit: number
}

const BEFORE = 'sequence < coalesce(:before::bigint, 9223372036854775807)'
const AFTER = 'sequence > :after'

const filtered = (place: string, direction: 'asc' | 'desc', more = ''): string => `
  select ${COLUMNS} from stream_event
  where account_id = :accountId and stream_id = :streamId and ${place} ${more}
    and ${sqlSelectsType(':types::text[]', 'type')} and not ${sqlSelectsType(':except::text[]', 'type')}
  order by sequence ${direction} limit :limit
`

/** Read in the index of events whose types are not frequent: thousands of those may be between two others. */
const RARE = `and ${sqlIsRare('type')}`

/** Events of a stream before a position, newest first. The upper bound is explicit, so that later pages are found in the index. */
export const eventsBefore = statement<FilteredEvents & { before: number | null }, StreamEventRow>(
  filtered(BEFORE, 'desc'),
)

/** The same for a filter that selects no frequent type. */
export const rareEventsBefore = statement<FilteredEvents & { before: number | null }, StreamEventRow>(
  filtered(BEFORE, 'desc', RARE),
)

/** Events of a stream after a position, oldest first. */
export const nextEvents = statement<FilteredEvents & { after: number }, StreamEventRow>(filtered(AFTER, 'asc'))

export const findEventsByIds = statement<{ ids: readonly string[] }, StreamEventRow>(`
  select ${COLUMNS} from stream_event where id = any(:ids)
`)

/** Streams of a list with recent events. */
export const recentStreamsOf = statement<{ streamIds: readonly string[] }, { id: string }>(`
  select wanted.id from unnest(:streamIds::text[]) as wanted (id)
  where exists (
    select from (select recorded_at from stream_event where stream_id = wanted.id order by sequence desc limit 1) latest
    where latest.recorded_at > now() - interval '4 seconds'
  )
`)

/** All streams with recent events. */
export const recentStreams = statement<Record<string, never>, { id: string }>(`
  select distinct stream_id as id from stream_event where recorded_at > now() - interval '4 seconds'
`)

export const accountVersions = statement<{ accountIds: readonly string[] }, { id: string; version: number }>(`
  select id, version from account where id = any(:accountIds)
`)

/** Number of events of the deployments of accounts. */
export const deploymentVersions = statement<{ accountIds: readonly string[] }, { id: string; version: number }>(`
  ${ofTable(
    'deployment',
    `select account_id as id, sum(version)::bigint as version from deployment
  where account_id = any(:accountIds) group by account_id`,
    `select id, 0::bigint as version from unnest(:accountIds::text[]) as follower (id) where false`,
  )}
`)

/**
 * The transactions that are complete now, and which database counts them: the numbers mean nothing in another cluster, in another
 * database, or after a failover.
 */
export const currentSnapshot = statement<NoParameters, { snapshot: string; era: string }>(`
  select pg_current_snapshot()::text as snapshot,
    left(md5(concat_ws('.',
      (select system_identifier from pg_control_system()),
      (select oid from pg_database where datname = current_database()),
      left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)
    )), 8) as era
`)
