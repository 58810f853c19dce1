import type { WebhookDeliveryRow } from '../../../entities/kernel/webhook-delivery.entity.js'
import type { WebhookEndpointRow } from '../../../entities/kernel/webhook-endpoint.entity.js'
import type { Context } from '../context/context.js'
import type { Sql } from '../database/sql.js'
import { readPage, type Page, type PageRequest } from '../paging/page.js'

export const findEndpoint = async (sql: Sql, id: string): Promise<WebhookEndpointRow | null> =>
  (await sql.row<WebhookEndpointRow>(`select * from webhook_endpoint where id = $1`, [id])) ?? null

/** The endpoints of an account, or with null those of the installation; the oldest first. */
export const listEndpoints = (sql: Sql, accountId: string | null): Promise<WebhookEndpointRow[]> =>
  sql.rows(`select * from webhook_endpoint where account_id is not distinct from $1 order by id`, [accountId])

export const endpointsByIds = (sql: Sql, ids: readonly string[]): Promise<WebhookEndpointRow[]> =>
  sql.rows(`select * from webhook_endpoint where id = any($1)`, [ids])

export const findDelivery = async (sql: Sql, id: string): Promise<WebhookDeliveryRow | null> =>
  (await sql.row<WebhookDeliveryRow>(`select * from webhook_delivery where id = $1`, [id])) ?? null

/** What was sent to some endpoints and is on its way, newest first. */
export function listDeliveries(
  sql: Sql,
  endpointIds: readonly string[],
  request: PageRequest,
): Promise<Page<WebhookDeliveryRow>> {
  return readPage(
    request,
    'deliveries',
    (delivery) => [delivery.id],
    (limit, after) =>
      sql.rows(
        `select * from webhook_delivery where endpoint_id = any($1) and ($2::text is null or id < $2) order by id desc limit $3`,
        [endpointIds, after?.[0] ?? null, limit],
      ),
  )
}

/** For how long deliveries that are over can be looked at and replayed. */
export const DELIVERY_DAYS = 30
const BATCH = 5_000

/** Deletes deliveries that were over long ago, some at a time. Safe in several processes at once. */
export async function forgetOldDeliveries({ database }: Pick<Context, 'database'>): Promise<number> {
  let deleted = 0
  for (;;) {
    const some = await database.run(
      `delete from webhook_delivery where id in (
         select id from webhook_delivery where created_at < now() - make_interval(days => $1) and state <> 'PENDING'
         order by created_at limit $2)`,
      [DELIVERY_DAYS, BATCH],
    )
    deleted += some
    if (some < BATCH) return deleted
  }
}
