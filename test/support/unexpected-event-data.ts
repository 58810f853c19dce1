import pg from 'pg'
import { z } from 'zod'
import { OUTBOX_EVENTS, type OutboxEventType } from '#services/kernel/outbox/event-data/outbox-events.js'

interface Row {
  readonly type: string
  readonly accountId: string | null
  readonly payload: unknown
}

/** Events of the outbox whose data differ from their definition. Those of deleted accounts are empty. */
export async function unexpectedEventData(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Row>(
      `select distinct on (type, payload) type, account_id as "accountId", payload from outbox_event where payload <> '{}'`,
    )
    return [...new Set(rows.flatMap(differenceOf))]
  } finally {
    await client.end()
  }
}

function differenceOf({ type, accountId, payload }: Row): string[] {
  if (!(type in OUTBOX_EVENTS)) return [`${type} has no definition`]
  const { schema, isOfAccount } = OUTBOX_EVENTS[type as OutboxEventType]
  if (isOfAccount && accountId === null) return [`${type} has no account`]
  const { error } = schema.safeParse(payload)
  return error ? [`${type}: ${z.prettifyError(error)}`] : []
}
