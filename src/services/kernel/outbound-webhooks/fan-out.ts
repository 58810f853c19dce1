import type { OutboxEventRow } from '#entities/kernel/outbox-event.entity.js'
import type { Sql } from '../database/sql.js'
import { newId } from '../ids/ids.js'
import type { OutboxHandler } from '../outbox/relay-outbox.js'

/** Topic: a webhook delivery is queued. */
export const WEBHOOK_TOPIC = 'webhooks'

/** The body that receivers get: what happened, when by the business clock, and the facts. */
export const webhookBody = (event: Pick<OutboxEventRow, 'type' | 'at' | 'accountId' | 'payload'>): string =>
  JSON.stringify({
    type: event.type,
    timestamp: event.at.toISOString(),
    data: { accountId: event.accountId, ...event.payload },
  })

/** Writes down one delivery for each enabled endpoint that wants the event; the same event again writes nothing. */
export const fanOutWebhooks: OutboxHandler = async (event, { database, notifier }) => {
  const endpoints = await endpointsFor(database, event)
  if (endpoints.length === 0) return
  const written = await database.run(
    `insert into webhook_delivery (id, endpoint_id, account_id, event_id, type, body, attempt_log)
     select delivery, endpoint, $3, $4, $5, $6, '[]' from unnest($1::text[], $2::text[]) as new (delivery, endpoint)
     on conflict on constraint webhook_delivery_once do nothing`,
    [endpoints.map(() => newId('whd')), endpoints, event.accountId, event.id, event.type, webhookBody(event)],
  )
  if (written) notifier.notify([WEBHOOK_TOPIC])
}

/**
 * Events of an account go to its endpoints and to those of the installation. Events of the installation go only to the
 * latter.
 */
async function endpointsFor(sql: Sql, event: OutboxEventRow): Promise<string[]> {
  const rows = await sql.rows<{ id: string }>(
    `select id from webhook_endpoint
     where enabled and (account_id is null or account_id = $1) and exists (
       select 1 from unnest(types) as wanted
       where wanted in ('*', $2) or (right(wanted, 2) = '.*' and starts_with($2, left(wanted, -1))))
     order by id`,
    [event.accountId, event.type],
  )
  return rows.map(({ id }) => id)
}
