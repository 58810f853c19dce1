import { sql as sqlText, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely'
import type { Tables } from '#entities/tables.js'
import type { WebhookDeliveryRow, WebhookDeliveryState } from '#entities/kernel/webhook-delivery.entity.js'
import type { WebhookEndpointRow } from '#entities/kernel/webhook-endpoint.entity.js'
import type { Sql } from '../database/sql.js'
import type { CountablePage, PageRequest } from '../paging/page.js'
import { readRows } from '../paging/read-rows.js'

export const findEndpoint = async (sql: Sql, id: string): Promise<WebhookEndpointRow | null> =>
  (await sql.query.selectFrom('webhook_endpoint').selectAll().where('id', '=', id).executeTakeFirst()) ?? null

/** The endpoints of an account, or with null those of the installation; the oldest first. */
export const listEndpoints = (
  sql: Sql,
  accountId: string | null,
  { withDeleted = false }: { readonly withDeleted?: boolean } = {},
): Promise<WebhookEndpointRow[]> =>
  sql.query
    .selectFrom('webhook_endpoint')
    .selectAll()
    .where('accountId', 'is not distinct from', accountId)
    .$if(!withDeleted, (query) => query.where('deletedAt', 'is', null))
    .orderBy('id')
    .execute()

export const endpointsByIds = (sql: Sql, ids: readonly string[]): Promise<WebhookEndpointRow[]> =>
  sql.query.selectFrom('webhook_endpoint').selectAll().where('id', 'in', ids).execute()

export const deliveriesByIds = (sql: Sql, ids: readonly string[]): Promise<WebhookDeliveryRow[]> =>
  sql.query.selectFrom('webhook_delivery').selectAll().where('id', 'in', ids).execute()

export const findDelivery = async (sql: Sql, id: string): Promise<WebhookDeliveryRow | null> =>
  (await sql.query.selectFrom('webhook_delivery').selectAll().where('id', '=', id).executeTakeFirst()) ?? null

/** Deliveries to list or to send again. */
export interface DeliveryFilter {
  readonly statuses?: readonly WebhookDeliveryState[] | null
  /** Names, groups such as `subscription.*`, or `*`. */
  readonly types?: readonly string[] | null
  /** Creation time, inclusive. */
  readonly from?: Date | null
  /** Creation time, exclusive. */
  readonly to?: Date | null
}

/** Condition on deliveries of some endpoints. */
export const deliveriesMatching =
  (endpointIds: readonly string[], { statuses, types, from, to }: DeliveryFilter) =>
  (eb: ExpressionBuilder<Tables, 'webhook_delivery'>): Expression<SqlBool> =>
    eb.and([
      eb('endpointId', 'in', endpointIds),
      ...(statuses ? [eb('state', 'in', statuses)] : []),
      ...(types && !types.includes('*') ? [eb.or(types.map((type) => ofType(eb, type)))] : []),
      ...(from ? [eb('createdAt', '>=', from)] : []),
      ...(to ? [eb('createdAt', '<', to)] : []),
    ])

const ofType = (eb: ExpressionBuilder<Tables, 'webhook_delivery'>, type: string): Expression<SqlBool> =>
  type.endsWith('.*')
    ? eb('type', 'like', `${type.slice(0, -1).replaceAll('_', String.raw`\_`)}%`)
    : eb('type', '=', type)

/** A delivery as lists show it: its body is read when it is selected. */
export type ListedDelivery = Omit<WebhookDeliveryRow, 'body'>

const LISTED_COLUMNS = [
  'id',
  'endpointId',
  'accountId',
  'eventId',
  'type',
  'state',
  'attempts',
  'lastStatusCode',
  'lastError',
  'attemptLog',
  'availableAt',
  'leaseToken',
  'leaseUntil',
  'createdAt',
  'deliveredAt',
] as const

/** Deliveries of some endpoints, including pending ones, newest first. */
export async function listDeliveries(
  sql: Sql,
  endpointIds: readonly string[],
  filter: DeliveryFilter,
  request: PageRequest,
): Promise<CountablePage<ListedDelivery>> {
  const deliveries = sql.query.selectFrom('webhook_delivery').where(deliveriesMatching(endpointIds, filter))
  return readRows(request, `deliveries ${endpointIds[0] ?? ''}`, deliveries.select(LISTED_COLUMNS))
}

/** Number of deliveries of an endpoint by state. */
export interface DeliveryCount {
  readonly endpointId: string
  readonly state: WebhookDeliveryState
  readonly count: number
}

const COUNTED_DAYS = 30

/** Deliveries of the last 30 days by endpoint and state. */
export const countDeliveries = (sql: Sql, endpointIds: readonly string[]): Promise<DeliveryCount[]> =>
  sql.query
    .selectFrom('webhook_delivery')
    .select(['endpointId', 'state'])
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('endpointId', 'in', endpointIds)
    .where('createdAt', '>=', daysAgo(COUNTED_DAYS))
    .groupBy(['endpointId', 'state'])
    .execute()

const daysAgo = (days: number) => sqlText<Date>`now() - make_interval(days => ${days})`
