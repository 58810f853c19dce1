import type { WebhookDeliveryRow } from '#entities/kernel/webhook-delivery.entity.js'
import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
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

/** Deliveries of some endpoints, including pending ones, newest first. */
export function listDeliveries(
  sql: Sql,
  endpointIds: readonly string[],
  request: PageRequest,
): Promise<Page<WebhookDeliveryRow>> {
  return readPage(
    request,
    `deliveries ${endpointIds[0] ?? ''}`,
    (delivery) => [delivery.id],
    (limit, after) =>
      sql.rows(
        `select * from webhook_delivery where endpoint_id = any($1) and ($2::text is null or id < $2) order by id desc limit $3`,
        [endpointIds, after?.[0] ?? null, limit],
      ),
  )
}
