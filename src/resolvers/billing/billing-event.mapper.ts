import type { StreamEventRow } from '#entities/kernel/stream-event.entity.js'
import type { BillingEvent } from '#schema/billing/billing-event.type.js'
import { encodeCursor } from '#services/kernel/events/cursor.js'

export const toBillingEvent = (row: StreamEventRow): BillingEvent => ({
  __typename: 'BillingEvent',
  id: row.id,
  cursor: encodeCursor(row.streamId, row.sequence),
  sequence: row.sequence,
  at: row.at,
  type: row.type,
  accountId: row.accountId,
  summary: row.summary,
  subjectId: row.subjectId,
  data: row.data,
})
