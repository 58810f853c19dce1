import type { QueueName } from '#services/kernel/claim-loop/queues.js'
import { createBatcher } from '../batcher/batcher.js'
import type { Database } from '../database/database.js'
import { OPERATORS_TOPIC } from '../events/topics.js'
import * as statements from './inbox.sql.js'
import { postgresSafeJson, postgresSafeText } from '../database/postgres-safe-json.js'
import type { Context } from '../context/context.js'

/** Topic: the inbox has open events. */
export const INBOX_TOPIC = 'inbox' satisfies QueueName

/** A provider's event whose signature was verified, in our words. */
export interface ReceivedEvent {
  readonly provider: string
  readonly eventId: string
  /** The provider's name of the delivery, where its signature covers that. */
  readonly transmissionId?: string | null
  /** SHA-256 of the body, where the signature does not cover all of it: such a body never takes the place of another one. */
  readonly bodyDigest?: string
  readonly type: string
  /** The provider object that is fetched to process the event. */
  readonly objectKey: string
  readonly livemode: boolean
  readonly payload: Record<string, unknown>
  /** `RECEIVED` to be worked on; the others are stored and rest. */
  readonly state: 'RECEIVED' | 'IGNORED' | 'QUARANTINED' | 'DEAD'
  readonly stateReason: string | null
}

/** `stored` now; `duplicate`: it was before; `crowded`: its delivery came with too many other bodies, and this one is not stored. */
export type ReceiveOutcome = 'stored' | 'duplicate' | 'crowded'

export interface WebhookReceiver {
  /** Resolves when the event is durable, or will not be stored. */
  receive(event: ReceivedEvent): Promise<ReceiveOutcome>
}

/** Maximum number of bodies of one delivery. A captured delivery allows others to make bodies with its checksum. */
const MAX_BODIES = 16

/** Stores webhook events before they are processed. Concurrent events share one statement and one commit. */
export function createWebhookReceiver({
  database,
  notifier,
  timers,
}: Pick<Context, 'database' | 'notifier' | 'timers'>): WebhookReceiver {
  const batcher = createBatcher<StorableEvent, ReceiveOutcome>({
    timers,
    runBatch: async (events) => {
      const outcomes = await storeEvents(database, events)
      if (events.some((event) => event.state === 'RECEIVED')) notifier.notify([INBOX_TOPIC])
      notifier.notifyDebounced([OPERATORS_TOPIC])
      return outcomes
    },
  })
  return { receive: (event) => batcher.add(storableEvent(event)) }
}

/** An event as the database can hold it; its payload as text, which is made once. */
type StorableEvent = Omit<ReceivedEvent, 'payload'> & { readonly payload: string; readonly bodyDigest: string }

const storableEvent = (event: ReceivedEvent): StorableEvent => ({
  ...event,
  bodyDigest: event.bodyDigest ?? '',
  eventId: postgresSafeText(event.eventId),
  transmissionId: event.transmissionId ? postgresSafeText(event.transmissionId) : null,
  type: postgresSafeText(event.type),
  objectKey: postgresSafeText(event.objectKey),
  stateReason: event.stateReason === null ? null : postgresSafeText(event.stateReason),
  payload: postgresSafeJson(event.payload),
})

/**
 * One statement: the events, and their objects as work to claim. Returns the outcome of each event. Rows are taken in one order,
 * so that two of these, in two processes, never wait for each other in a circle.
 */
async function storeEvents(database: Database, received: readonly StorableEvent[]): Promise<ReceiveOutcome[]> {
  const crowded = await crowdedEvents(database, received)
  const events = received.filter((event) => !crowded.has(event))
  const ids = new Map(events.map((event) => [event, database.newId('ibx')]))
  const rows = await database.rows(statements.storeEvents, {
    ids: [...ids.values()],
    providers: events.map((event) => event.provider),
    eventIds: events.map((event) => event.eventId),
    types: events.map((event) => event.type),
    objectKeys: events.map((event) => event.objectKey),
    livemodes: events.map((event) => event.livemode),
    payloads: events.map((event) => event.payload),
    states: events.map((event) => event.state),
    stateReasons: events.map((event) => event.stateReason),
    transmissionIds: events.map((event) => event.transmissionId ?? null),
    bodyDigests: events.map((event) => event.bodyDigest),
  })
  const stored = new Set(rows.map((row) => row.id))
  return received.map((event) => {
    if (crowded.has(event)) return 'crowded'
    return stored.has(ids.get(event)!) ? 'stored' : 'duplicate'
  })
}

/** Events whose delivery came with too many other bodies. Deliveries without a name are not counted. */
async function crowdedEvents(database: Database, events: readonly StorableEvent[]): Promise<Set<StorableEvent>> {
  const named = events.filter((event) => event.transmissionId)
  if (named.length === 0) return new Set()
  const rows = await database.rows(statements.crowdedEvents, {
    providers: named.map((event) => event.provider),
    transmissionIds: named.map((event) => event.transmissionId!),
    eventIds: named.map((event) => event.eventId),
    bodyDigests: named.map((event) => event.bodyDigest),
    maxBodies: MAX_BODIES,
  })
  return new Set(rows.map(({ place }) => named[place - 1]!))
}
