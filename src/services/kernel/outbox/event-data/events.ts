import { z } from 'zod'
import type { EventData, StreamData } from './define-event-data.js'
import { TEST_EVENT_DATA } from './kernel-events.js'

declare module '../../context/declared.js' {
  interface Declared {
    /** Data of the events of the installation, by type. */
    readonly events: EventDefinitions
  }
}

/** Data of events, by type. Those with a delivered form are written to the outbox; the others are only in streams. */
export type EventDefinitions = Readonly<Record<string, StreamData | EventData>>

/** Data of every event. Each domain adds its own by a declaration of this interface. The compiler checks each writer by it. */
export interface Events {}

export type EventType = keyof Events

/** Data of an event in streams, by its type. */
export type EventDataInStreams<Type extends EventType> = z.input<Events[Type]['streamed']>

/** Type of an event that is written to the outbox, and delivered by webhooks. */
export type OutboxEventType = {
  [Type in EventType]: Events[Type] extends { readonly isOfAccount: boolean } ? Type : never
}[EventType]

/** Data of an event of the outbox by its type. */
export type OutboxData<Type extends OutboxEventType> = z.input<Events[Type]['schema']>

/** ID of the account. Only some events can have none. */
export type OutboxAccountId<Type extends OutboxEventType> = Events[Type]['isOfAccount'] extends true
  ? string
  : string | null

/** Type of an event that `operatorEvents` emits. */
export type OperatorEventType = {
  [Type in EventType]: Events[Type] extends { readonly isForOperators: true } ? Type : never
}[EventType]

const isDelivered = (event: readonly [string, StreamData | EventData]): event is [string, EventData] =>
  'schema' in event[1]

/** Types of events that webhooks deliver, each with its data. */
export const webhookEvents = (events: EventDefinitions): readonly (readonly [type: string, data: EventData])[] => [
  ...Object.entries(events).filter(isDelivered),
  ['webhook.test', TEST_EVENT_DATA],
]

/** JSON Schema of the data of an event in streams. Members can be added. */
export function eventDataSchema({ streamed }: StreamData): Readonly<Record<string, unknown>> {
  const {
    $schema: _,
    additionalProperties: __,
    ...schema
  } = z.toJSONSchema(streamed, {
    io: 'output',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      const { shown } = jsonSchema
      if (shown === undefined) return
      const { description } = jsonSchema
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key]
      Object.assign(jsonSchema, shown, description === undefined ? {} : { description })
    },
  })
  return schema
}
