import pg from 'pg'
import { z } from 'zod'
import { allDeclared } from '#modules/all-declarations.js'
import type { EventData, StreamData } from '#services/kernel/outbox/event-data/define-event-data.js'
import { webhookEvents, type EventDefinitions } from '#services/kernel/outbox/event-data/events.js'

interface Row {
  readonly type: string
  readonly accountId: string | null
  readonly payload: unknown
}

/** Events of the outbox and the streams whose data differ from their definition. Those of deleted accounts and of some tests are empty. */
export async function unexpectedEventData(url: string, ofServer: EventDefinitions): Promise<string[]> {
  const events = { ...allDeclared.events, ...ofServer }
  const delivered = new Map(webhookEvents(events))
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Row>(
      `select distinct on (type, payload) type, account_id as "accountId", payload from outbox_event where payload <> '{}'`,
    )
    const streamed = await client.query<Streamed>(
      `select type, data from stream_event where data <> '{}' union select type, data from operator_event where data <> '{}' limit 5000`,
    )
    return [
      ...new Set([
        ...rows.flatMap((row) => differenceOf(row, delivered.get(row.type))),
        ...streamed.rows.flatMap((row) => differenceInStream(row, events[row.type])),
      ]),
    ]
  } finally {
    await client.end()
  }
}

interface Streamed {
  readonly type: string
  readonly data: unknown
}

function differenceInStream({ type, data }: Streamed, definition: StreamData | undefined): string[] {
  if (!definition) return [`${type} has no definition`]
  // The published schema allows more members.
  const { error } = definition.streamed.loose().safeParse(data)
  return error ? [`${type} in streams: ${z.prettifyError(error)}`] : []
}

function differenceOf({ type, accountId, payload }: Row, definition: EventData | undefined): string[] {
  if (!definition) return [`${type} has no definition`]
  const { schema, isOfAccount } = definition
  if (isOfAccount && accountId === null) return [`${type} has no account`]
  const { error } = schema.safeParse(payload)
  return error ? [`${type}: ${z.prettifyError(error)}`] : []
}
