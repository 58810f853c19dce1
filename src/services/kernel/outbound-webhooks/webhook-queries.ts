import type { WebhookDeliveryRow } from '#entities/kernel/webhook-delivery.entity.js'
import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import type { Sql } from '../database/sql.js'
import { readPage, type Page, type PageRequest } from '../paging/page.js'

export const findEndpoint = async (sql: Sql, id: string): Promise<WebhookEndpointRow | null> =>
  (await sql.query.selectFrom('webhook_endpoint').selectAll().where('id', '=', id).executeTakeFirst()) ?? null

/** The endpoints of an account, or with null those of the installation; the oldest first. */
export const listEndpoints = (sql: Sql, accountId: string | null): Promise<WebhookEndpointRow[]> =>
  sql.query
    .selectFrom('webhook_endpoint')
    .selectAll()
    .where('accountId', 'is not distinct from', accountId)
    .orderBy('id')
    .execute()

export const endpointsByIds = (sql: Sql, ids: readonly string[]): Promise<WebhookEndpointRow[]> =>
  sql.query.selectFrom('webhook_endpoint').selectAll().where('id', 'in', ids).execute()

export const deliveriesByIds = (sql: Sql, ids: readonly string[]): Promise<WebhookDeliveryRow[]> =>
  sql.query.selectFrom('webhook_delivery').selectAll().where('id', 'in', ids).execute()

export const findDelivery = async (sql: Sql, id: string): Promise<WebhookDeliveryRow | null> =>
  (await sql.query.selectFrom('webhook_delivery').selectAll().where('id', '=', id).executeTakeFirst()) ?? null

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
      sql.query
        .selectFrom('webhook_delivery')
        .selectAll()
        .where('endpointId', 'in', endpointIds)
        .$if(!!after, (query) => query.where('id', '<', after![0]!))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
  )
}
