import type { OperatorEventRow } from '#entities/kernel/operator-event.entity.js'
import { requireInstallation } from '#services/identity/model/installation-access.js'
import { untilOperatorRevoked } from '#services/identity/guard/until-access-revoked.js'
import { createEventFilter, type RequestedTypes } from '#services/kernel/events/event-filter.js'
import { OPERATOR_EVENT_DAYS } from '#services/kernel/events/event-retention.js'
import { followSnapshots } from '#services/kernel/events/follow-snapshots.js'
import type { OpenedStream } from '#services/kernel/events/follow-stream.js'
import { OPERATORS_TOPIC } from '#services/kernel/events/topics.js'
import type { OpsContext } from '../ops-context.js'
import { operatorEventsBetween } from './operator-events.sql.js'

export interface OperatorEventsRequest extends RequestedTypes {
  readonly after?: string | null
}

/** The stream of what needs an operator, in all accounts. Operators only. */
export async function operatorEvents(
  context: OpsContext,
  { after, ...requested }: OperatorEventsRequest,
): Promise<OpenedStream<OperatorEventRow>> {
  requireInstallation(context, 'ops:read')
  const filter = createEventFilter(requested)
  const stream = await followSnapshots<OperatorEventRow>(context, {
    scope: OPERATORS_TOPIC,
    topic: OPERATORS_TOPIC,
    accountId: null,
    after,
    retentionDays: OPERATOR_EVENT_DAYS,
    read: ({ after: position, ...range }) =>
      context.database.rows(operatorEventsBetween, {
        ...range,
        ...filter,
        id: position?.[0] ?? null,
        transactionId: position?.[1] ?? null,
      }),
    positionOf: ({ id, transactionId }) => [id, transactionId],
  })
  return untilOperatorRevoked(context, 'ops:read', stream)
}
