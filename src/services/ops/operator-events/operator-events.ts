import type { OperatorEventRow } from '#entities/kernel/operator-event.entity.js'
import { requireInstallation } from '#services/identity/model/installation-access.js'
import { untilOperatorRevoked } from '#services/identity/guard/until-access-revoked.js'
import { createEventFilter, type RequestedTypes } from '#services/kernel/events/event-filter.js'
import { KEPT_DAYS } from '#services/kernel/events/event-retention.js'
import { followSnapshots, readEventCursor } from '#services/kernel/events/follow-snapshots.js'
import type { OpenedStream } from '#services/kernel/events/follow-stream.js'
import { OPERATORS_TOPIC } from '#services/kernel/events/topics.js'
import type { Context } from '#services/kernel/context/context.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { BatchPosition } from '#services/kernel/events/snapshot-cursor.js'
import type { OpsContext } from '../ops-context.js'
import { operatorEventsBetween } from './operator-events.sql.js'

export interface OperatorEventsRequest extends RequestedTypes {
  readonly after?: string | null
}

const positionOf = ({ id, transactionId }: OperatorEventRow): BatchPosition => [id, transactionId]

/** The stream of what needs an operator, in all accounts. Operators only. */
export async function operatorEvents(
  context: OpsContext,
  { after, ...requested }: OperatorEventsRequest,
): Promise<OpenedStream<OperatorEventRow>> {
  requireInstallation(context, 'ops:read')
  const filter = createEventFilter(requested)
  const stream = await followSnapshots<OperatorEventRow>(context, {
    topic: OPERATORS_TOPIC,
    after,
    retentionDays: KEPT_DAYS.operatorEvents,
    read: ({ after: position, ...range }) =>
      context.database.rows(operatorEventsBetween, {
        ...range,
        ...filter,
        id: position?.[0] ?? null,
        transactionId: position?.[1] ?? null,
      }),
    positionOf,
  })
  return untilOperatorRevoked(context, 'ops:read', stream)
}

export const operatorEventsByIds = ({ query }: Sql, ids: readonly string[]): Promise<OperatorEventRow[]> =>
  query.selectFrom('operator_event').selectAll().where('id', 'in', ids).execute()

/** Cursor of an event that was read without its stream. */
export const operatorEventCursor = (context: Context, event: OperatorEventRow): Promise<string> =>
  readEventCursor(context, OPERATORS_TOPIC, { ...event, position: positionOf(event) })
