import { sql, type RawBuilder } from 'kysely'
import type { TemplateStatus } from '#entities/marketplace/template-state.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { EMPTY_PAGE, readPage, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { canSeeUnpublished } from '../templates/unpublished.js'
import { LISTED_COLUMNS, type ListedTemplate } from '../templates/templates.js'
import { readByVendor } from '../model/read-by-vendor.js'

type VendorOfTemplates = Pick<VendorRow, 'id' | 'accountId'>

export type VendorTemplateOrder = 'RECENT' | 'UPDATED' | 'POPULAR' | 'SALES' | 'RATING' | 'NAME'

export interface VendorTemplatesFilter {
  /** Null: every status that the caller can see. */
  readonly statuses?: readonly TemplateStatus[] | null
  readonly orderBy?: VendorTemplateOrder | null
}

/** Templates of one vendor. */
export interface TemplatesOfVendor {
  readonly vendorId: string
  readonly statuses: readonly TemplateStatus[] | null
}

/** The first templates of one vendor. */
export interface FirstTemplatesOfVendor extends TemplatesOfVendor {
  readonly order: VendorTemplateOrder
  readonly limit: number
}

export type VendorTemplateRow = ListedTemplate & { readonly sortKey: string }

/** Reads first pages and counts together with those of other vendors of the same response. */
export interface VendorTemplatesReader {
  readonly first: (ask: FirstTemplatesOfVendor) => Promise<VendorTemplateRow[]>
  readonly count: (ask: TemplatesOfVendor) => Promise<number>
}

interface Order {
  readonly key: RawBuilder<unknown>
  readonly parse: (shown: string) => RawBuilder<unknown>
  readonly direction: 'asc' | 'desc'
}

/** Drafts have no time of publication, so the newest is the one that was created last. */
const ORDERS: Record<VendorTemplateOrder, Order> = {
  RECENT: { key: sql`t.id`, parse: (shown) => sql`${shown}::text`, direction: 'desc' },
  UPDATED: {
    key: sql`coalesce(t.updated_at, t.approved_at, t.created_at)`,
    parse: (shown) => sql`${shown}::timestamptz`,
    direction: 'desc',
  },
  POPULAR: { key: sql`t.install_count`, parse: (shown) => sql`${shown}::int`, direction: 'desc' },
  SALES: { key: sql`t.sale_count`, parse: (shown) => sql`${shown}::int`, direction: 'desc' },
  RATING: { key: sql`coalesce(t.rating, 0)`, parse: (shown) => sql`${shown}::float8`, direction: 'desc' },
  NAME: { key: sql`lower(t.name)`, parse: (shown) => sql`${shown}::text`, direction: 'asc' },
}

/** Templates of a vendor: in every status for the vendor and operators, published ones for everyone else. */
export async function vendorTemplates(
  context: IdentityContext,
  vendor: VendorOfTemplates,
  filter: VendorTemplatesFilter,
  request: PageRequest,
  reader: VendorTemplatesReader,
): Promise<CountablePage<ListedTemplate>> {
  const statuses = await visibleStatuses(context, vendor, filter.statuses)
  if (statuses?.length === 0) return { ...EMPTY_PAGE, countAll: () => Promise.resolve(0) }
  const order = filter.orderBy ?? 'RECENT'
  const ofVendor = { vendorId: vendor.id, statuses }
  const page = await readPage<VendorTemplateRow>(
    request,
    `templates ${vendor.id} by ${order}`,
    (row) => [row.sortKey, row.id],
    (limit, after) =>
      after === null
        ? reader.first({ ...ofVendor, order, limit })
        : templatesAfter(context.database, { ...ofVendor, order, limit }, after),
  )
  return { ...page, countAll: () => reader.count(ofVendor) }
}

/** First templates of several vendors, with one statement for each combination of statuses, order and limit. */
export const firstTemplatesOf = (
  database: Sql,
  asks: readonly FirstTemplatesOfVendor[],
): Promise<VendorTemplateRow[][]> =>
  readByVendor(
    asks,
    ({ statuses, order, limit }) => JSON.stringify([statuses, order, limit]),
    ({ statuses, order, limit }, vendorIds) => {
      const { direction } = ORDERS[order]
      return database.query
        .selectFrom(sql<{ vendorId: string }>`unnest(${vendorIds}::text[])`.as<'v'>(sql`v(vendor_id)`))
        .innerJoinLateral(
          selectListed(database, order, statuses)
            .where('t.vendorId', '=', sql.ref<string>('v.vendorId'))
            .limit(limit)
            .as('page'),
          (join) => join.onTrue(),
        )
        .selectAll('page')
        .orderBy('page.sortValue', direction)
        .orderBy('page.id', direction)
        .execute()
    },
  )

/** Numbers of templates of several vendors. */
export async function templateCountsOf(database: Sql, asks: readonly TemplatesOfVendor[]): Promise<number[]> {
  const counts = await readByVendor(
    asks,
    ({ statuses }) => JSON.stringify(statuses),
    ({ statuses }, vendorIds) =>
      selectTemplates(database, statuses)
        .where('t.vendorId', 'in', vendorIds)
        .select((eb) => ['t.vendorId', eb.fn.countAll<number>().as('total')])
        .groupBy('t.vendorId')
        .execute(),
  )
  return counts.map(([count]) => count?.total ?? 0)
}

function templatesAfter(
  database: Sql,
  { vendorId, statuses, order, limit }: FirstTemplatesOfVendor,
  [shown, id]: readonly string[],
): Promise<VendorTemplateRow[]> {
  const { key, parse, direction } = ORDERS[order]
  return selectListed(database, order, statuses)
    .where('t.vendorId', '=', vendorId)
    .where(sql<boolean>`(${key}, t.id) ${direction === 'desc' ? sql`<` : sql`>`} (${parse(shown!)}, ${id})`)
    .limit(limit)
    .execute()
}

/** Null: all. */
async function visibleStatuses(
  context: IdentityContext,
  vendor: VendorOfTemplates,
  requested: readonly TemplateStatus[] | null | undefined,
): Promise<readonly TemplateStatus[] | null> {
  if (await canSeeUnpublished(context, vendor.accountId)) return requested ?? null
  return (requested ?? ['APPROVED']).filter((status) => status === 'APPROVED')
}

const selectTemplates = ({ query }: Sql, statuses: readonly TemplateStatus[] | null) =>
  query
    .selectFrom('template as t')
    .where('t.deletedAt', 'is', null)
    .$if(statuses !== null, (rows) => rows.where('t.status', 'in', statuses!))

function selectListed(database: Sql, order: VendorTemplateOrder, statuses: readonly TemplateStatus[] | null) {
  const { key, direction } = ORDERS[order]
  return selectTemplates(database, statuses)
    .leftJoin('product', (join) => join.on('product.type', '=', 'TEMPLATE').onRef('product.externalId', '=', 't.id'))
    .select(LISTED_COLUMNS)
    .select([key.as('sortValue'), sql<string>`(${key})::text`.as('sortKey')])
    .orderBy(key, direction)
    .orderBy('t.id', direction)
}
