import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely'
import type { InboxEventRow } from '#entities/kernel/inbox-event.entity.js'
import { INBOX_STATES, type InboxState } from '#entities/kernel/inbox-state.js'
import type { Tables } from '#entities/tables.js'
import { containsPattern } from '../database/contains-pattern.js'
import type { Sql } from '../database/sql.js'
import type { Page, PageRequest } from '../paging/page.js'
import { readRows } from '../paging/read-rows.js'

/** Filter for received events. Null and undefined do not filter. */
export interface InboxFilter {
  readonly provider?: string | null
  readonly states?: readonly InboxState[] | null
  readonly types?: readonly string[] | null
  /** Objects as `subscription:sub_…`. */
  readonly objectKeys?: readonly string[] | null
  readonly from?: Date | null
  readonly to?: Date | null
  /** ID of the event at the provider, or a part of the reason of its state. */
  readonly search?: string | null
}

type Conditions = (eb: ExpressionBuilder<Tables, 'inbox_event'>) => ExpressionWrapper<Tables, 'inbox_event', SqlBool>

/** The conditions of a filter on `inbox_event`. */
export const matchesFilter =
  ({ provider, states, types, objectKeys, from, to, search }: InboxFilter): Conditions =>
  (eb) =>
    eb.and([
      ...(provider ? [eb('provider', '=', provider)] : []),
      ...(states ? [eb('state', 'in', states)] : []),
      ...(types ? [eb('type', 'in', types)] : []),
      ...(objectKeys ? [eb('objectKey', 'in', objectKeys)] : []),
      ...(from ? [eb('receivedAt', '>=', from)] : []),
      ...(to ? [eb('receivedAt', '<', to)] : []),
      ...(search
        ? [
            eb(
              'id',
              'in',
              eb
                .selectFrom('inbox_event as named')
                .select('named.id')
                .where('named.provider', 'in', ['STRIPE', 'PAYPAL'])
                .where('named.eventId', '=', search)
                .union(
                  eb
                    .selectFrom('inbox_event as explained')
                    .select('explained.id')
                    .where('explained.stateReason', 'is not', null)
                    .where('explained.stateReason', 'ilike', containsPattern(search, 'search')),
                ),
            ),
          ]
        : []),
    ])

/** A received event as lists show it: its payload, of up to 1 MiB, is read when it is selected. */
export type ListedInboxEvent = Omit<InboxEventRow, 'payload'>

const LISTED_COLUMNS = [
  'id',
  'provider',
  'eventId',
  'transmissionId',
  'bodyDigest',
  'type',
  'objectKey',
  'livemode',
  'state',
  'attempts',
  'stateReason',
  'effects',
  'receivedAt',
  'processedAt',
] as const

/** Received events, newest first. */
export function listInboxEvents(sql: Sql, filter: InboxFilter, request: PageRequest): Promise<Page<ListedInboxEvent>> {
  return readRows(
    request,
    'inbox',
    sql.query.selectFrom('inbox_event').select(LISTED_COLUMNS).where(matchesFilter(filter)),
  )
}

export interface InboxCount {
  readonly state: InboxState
  readonly count: number
}

/** Number of received events of each state, also of the states without one. */
export async function countInboxEvents(sql: Sql, filter: InboxFilter): Promise<InboxCount[]> {
  const rows = await sql.query
    .selectFrom('inbox_event')
    .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
    .where(matchesFilter(filter))
    .groupBy('state')
    .execute()
  return INBOX_STATES.map((state) => ({ state, count: rows.find((row) => row.state === state)?.count ?? 0 }))
}

export const inboxEventsByIds = ({ query }: Sql, ids: readonly string[]): Promise<InboxEventRow[]> =>
  query.selectFrom('inbox_event').selectAll().where('id', 'in', ids).execute()
