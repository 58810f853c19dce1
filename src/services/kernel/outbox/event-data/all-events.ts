import { z } from 'zod'
import type { StreamData } from './define-event-data.js'
import { OUTBOX_EVENTS } from './outbox-events.js'
import { STREAM_EVENTS } from './stream-events.js'

/** Data of every event. */
const EVENTS = { ...OUTBOX_EVENTS, ...STREAM_EVENTS }

export type EventType = keyof typeof EVENTS

/** Data of an event in streams, by its type. */
export type EventDataInStreams<Type extends EventType> = z.input<(typeof EVENTS)[Type]['streamed']>

/** Every type of event with its data in streams, in alphabetical order. */
export const ALL_EVENTS: readonly (readonly [type: string, data: StreamData])[] = Object.entries<StreamData>(
  EVENTS,
).toSorted(([a], [b]) => (a < b ? -1 : 1))

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
