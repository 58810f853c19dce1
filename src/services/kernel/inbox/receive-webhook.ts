import { createBatcher } from '../batcher/batcher.js'
import { arrayLiteral } from '../database/array-literal.js'
import type { Database } from '../database/database.js'
import { storableJson, storableText } from '../database/storable-json.js'
import type { News } from '../news/news.js'
import { newId } from '../ids/ids.js'

/** News topic: the inbox has open events. */
export const INBOX_TOPIC = 'inbox'

/** A provider's event whose signature was verified, in our words. */
export interface ReceivedEvent {
  readonly provider: string
  readonly eventId: string
  /** The provider's name of the delivery, where its signature covers that: another event under it is no event. */
  readonly transmissionId?: string | null
  readonly type: string
  /** The provider's object whose fetch settles it. */
  readonly objectKey: string
  readonly livemode: boolean
  readonly payload: Record<string, unknown>
  /** `RECEIVED` to be worked on; `IGNORED` and `QUARANTINED` are stored and rest. */
  readonly state: 'RECEIVED' | 'IGNORED' | 'QUARANTINED'
  readonly why: string | null
}

export interface WebhookReceiver {
  /** Resolves when the event is durable: `stored`, or `duplicate` when it was before. */
  receive(event: ReceivedEvent): Promise<'stored' | 'duplicate'>
}

/** Stores events before they are believed. Those that arrive together are stored by one statement and one commit. */
export function createWebhookReceiver(database: Database, news: News): WebhookReceiver {
  const batcher = createBatcher<StorableEvent, 'stored' | 'duplicate'>({
    settle: async (events) => {
      const ids = await storeEvents(database, events)
      if (events.some((event) => event.state === 'RECEIVED')) news.announce([INBOX_TOPIC])
      return ids.map((stored) => (stored ? 'stored' : 'duplicate'))
    },
  })
  return { receive: (event) => batcher.add(storableEvent(event)) }
}

/** An event as the database can hold it; its payload as text, which is made once. */
type StorableEvent = Omit<ReceivedEvent, 'payload'> & { readonly payload: string }

const storableEvent = (event: ReceivedEvent): StorableEvent => ({
  ...event,
  eventId: storableText(event.eventId),
  transmissionId: event.transmissionId ? storableText(event.transmissionId) : null,
  type: storableText(event.type),
  objectKey: storableText(event.objectKey),
  why: event.why === null ? null : storableText(event.why),
  payload: storableJson(event.payload),
})

/**
 * One statement: the events, and their objects as work to claim. Answers for each event whether it is new. Rows are taken in one order,
 * so that two of these, in two processes, never wait for each other in a circle.
 */
async function storeEvents(database: Database, events: readonly StorableEvent[]): Promise<boolean[]> {
  const ids = events.map(() => newId('ibx'))
  const stored = await database.rows<{ id: string }>(
    `with incoming as (
       select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bool[], $7::jsonb[], $8::text[], $9::text[], $10::text[])
         as event (id, provider, event_id, type, object_key, livemode, payload, state, why, transmission_id)
     ), stored as (
       insert into inbox_event (id, provider, event_id, type, object_key, livemode, payload, state, why, transmission_id)
       select id, provider, event_id, type, object_key, livemode, payload, state, why, transmission_id from incoming order by provider, event_id
       on conflict do nothing
       returning id, provider, object_key, state
     ), objects as (
       insert into inbox_object (provider, object_key)
       select distinct provider, object_key from stored where state = 'RECEIVED' order by provider, object_key
       on conflict (provider, object_key) do update set pending = true, generation = inbox_object.generation + 1,
         available_at = least(inbox_object.available_at, now()), attempts = 0
     )
     select id from stored`,
    [
      arrayLiteral(ids),
      arrayLiteral(events.map((event) => event.provider)),
      arrayLiteral(events.map((event) => event.eventId)),
      arrayLiteral(events.map((event) => event.type)),
      arrayLiteral(events.map((event) => event.objectKey)),
      arrayLiteral(events.map((event) => event.livemode)),
      arrayLiteral(events.map((event) => event.payload)),
      arrayLiteral(events.map((event) => event.state)),
      arrayLiteral(events.map((event) => event.why)),
      arrayLiteral(events.map((event) => event.transmissionId ?? null)),
    ],
  )
  const storedIds = new Set(stored.map((row) => row.id))
  return ids.map((id) => storedIds.has(id))
}
