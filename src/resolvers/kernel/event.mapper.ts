import type { OperatorEventRow } from '#entities/kernel/operator-event.entity.js'
import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { Event } from '#schema/kernel/event.type.js'
import type { DeadLetterQueue } from '#services/kernel/claim-loop/queues.js'
import { encodeCursor } from '#services/kernel/events/cursor.js'
import { deadLetterId } from '#services/kernel/claim-loop/dead-letter-id.js'

/** @param cursor the event's place in the stream that is read */
export const toEvent = (row: StreamEventRow | OperatorEventRow, cursor: string): Event => ({
  __typename: 'Event',
  id: row.id,
  cursor,
  at: row.at,
  type: row.type,
  summary: row.summary,
  accountId: row.accountId,
  subjectId:
    row.subjectType === 'DeadLetter'
      ? deadLetterId({ queue: row.data['queue'] as DeadLetterQueue, rowId: row.subjectId! })
      : row.subjectId,
  data: row.data,
  ...('streamId' in row
    ? { sequence: row.sequence || null, deploymentId: row.streamId === row.accountId ? null : row.streamId }
    : { sequence: null, deploymentId: null }),
})

/** The event with its place in the stream of its account or deployment. */
export const toNumberedEvent = (row: StreamEventRow): Event => toEvent(row, encodeCursor(row.streamId, row.sequence))
