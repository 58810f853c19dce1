import { sql } from 'kysely'
import type { Transaction } from '../database/database.js'
import type { NodeReference } from '../denials/denial.js'
import type { EventDataInStreams, EventType, OutboxData, OutboxEventType } from '../outbox/event-data/events.js'
import { deploymentsTopic } from './topics.js'

interface EventParts {
  readonly summary: string
  readonly subject?: NodeReference | null
  /** True when the account's entitlements may read differently from now on. */
  readonly changesEntitlements?: boolean
}

/** An event that another call writes to the outbox, or that is in the stream only. */
interface StreamEvent<Type extends EventType> extends EventParts {
  readonly type: Type
  readonly data?: EventDataInStreams<Type>
  readonly outbox?: false
}

/** An event that is also written to the outbox, with the ID of its subject. */
export interface DeliveredEvent<Type extends OutboxEventType = OutboxEventType> extends EventParts {
  readonly type: Type
  readonly data: Omit<OutboxData<Type>, 'subjectId'>
  readonly outbox: true
}

/** An event of an account or a deployment, published on its stream. */
export type NewEvent<Type extends EventType = EventType> =
  | StreamEvent<Type>
  | DeliveredEvent<Extract<Type, OutboxEventType>>

export interface StreamPosition {
  /** The account's or deployment's id. */
  readonly streamId: string
  readonly accountId: string
  /** The number taken from the stream's row, under its lock, in this transaction. */
  readonly sequence: number
  /** Business time; null: now by the machine clock, which rules agents and their commands. */
  readonly at: Date | null
}

/** Writes an event at its place in the stream and, after the commit, wakes its followers. */
export async function appendEvent<Type extends EventType>(
  transaction: Transaction,
  place: StreamPosition,
  event: NewEvent<Type>,
): Promise<string> {
  const id = transaction.newId('evt')
  await transaction.query
    .insertInto('stream_event')
    .values({
      streamId: place.streamId,
      sequence: place.sequence,
      id,
      accountId: place.accountId,
      type: event.type,
      summary: event.summary,
      subjectType: event.subject?.__typename ?? null,
      subjectId: event.subject?.id ?? null,
      changesEntitlements: event.changesEntitlements ?? false,
      data: event.data ?? {},
      at: place.at ?? sql<Date>`now()`,
    })
    .execute()
  transaction.announce(place.streamId)
  if (place.streamId !== place.accountId) transaction.announce(deploymentsTopic(place.accountId))
  return id
}
