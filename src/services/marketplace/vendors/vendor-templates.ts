import { sql, type RawBuilder } from 'kysely'
import type { TemplateStatus } from '#entities/marketplace/template-state.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { EMPTY_PAGE, readPage, type CountablePage, type PageRequest } from '#services/kernel/paging/page.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { canSeeUnpublished } from '../templates/unpublished.js'
import type { TemplateOrder } from '../templates/template-order.js'
import { LISTED_COLUMNS, type ListedTemplate } from '../templates/templates.js'
import { readByVendor } from '../model/read-by-vendor.js'

type VendorOfTemplates = Pick<VendorRow, 'id' | 'accountId'>

export interface VendorTemplatesFilter {
  /** Null: every status that the caller can see. */
  readonly statuses?: readonly TemplateStatus[] | null
  readonly orderBy?: TemplateOrder | null
}

/** Templates of one vendor. */
export interface TemplatesOfVendor {
  readonly vendorId: string
  readonly statuses: readonly TemplateStatus[] | null
}

/** The first templates of one vendor. */
export interface FirstTemplatesOfVendor extends TemplatesOfVendor {
  readonly order: TemplateOrder
  /** Currency of an order by price. */
  readonly currency: string
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

/** @param others price of templates that are not sold in the currency, for a place at the end */
const byPrice = (direction: 'asc' | 'desc', others: string, currency: string): Order => ({
  key: sql`coalesce((select coalesce(min(pr.amount_minor) filter (where pr.currency = ${currency}), ${sql.raw(others)})
    from product p left join price pr on pr.product_id = p.id and pr.active
    where p.type = 'TEMPLATE' and p.active and p.external_id = t.id group by p.id), 0)`,
  parse: (shown) => sql`${shown}::bigint`,
  direction,
})

function sortingOf(order: TemplateOrder, currency: string): Order {
  if (order === 'PRICE_LOWEST') return byPrice('asc', '9007199254740991', currency)
  if (order === 'PRICE_HIGHEST') return byPrice('desc', '-1', currency)
  return ORDERS[order]
}

const POPULAR: Order = { key: sql`t.install_count`, parse: (shown) => sql`${shown}::int`, direction: 'desc' }

/** Drafts have no time of publication, so the newest is the one that was created last. */
const ORDERS: Record<Exclude<TemplateOrder, 'PRICE_LOWEST' | 'PRICE_HIGHEST'>, Order> = {
  // Without words of a search all templates are equally relevant.
  RELEVANCE: POPULAR,
  NEWEST: { key: sql`t.id`, parse: (shown) => sql`${shown}::text`, direction: 'desc' },
  UPDATED: {
    key: sql`coalesce(t.updated_at, t.approved_at, t.created_at)`,
    parse: (shown) => sql`${shown}::timestamptz`,
    direction: 'desc',
  },
  POPULAR,
  SALES: { key: sql`t.sale_count`, parse: (shown) => sql`${shown}::int`, direction: 'desc' },
  NAME: { key: sql`lower(t.name)`, parse: (shown) => sql`${shown}::text`, direction: 'asc' },
}

/** Templates of a vendor: in every status for the vendor and operators, published ones for everyone else. */
export async function vendorTemplates(
  context: CatalogContext,
  vendor: VendorOfTemplates,
  filter: VendorTemplatesFilter,
  request: PageRequest,
  reader: VendorTemplatesReader,
): Promise<CountablePage<ListedTemplate>> {
  const statuses = await visibleStatuses(context, vendor, filter.statuses)
  if (statuses?.length === 0) return { ...EMPTY_PAGE, countAll: () => Promise.resolve(0) }
  const order = filter.orderBy ?? 'NEWEST'
  const { currency } = context.catalog.current()
  const ofVendor = { vendorId: vendor.id, statuses }
  const page = await readPage<VendorTemplateRow>(
    request,
    `templates ${vendor.id} by ${order}`,
    (row) => [row.sortKey, row.id],
    (limit, after) =>
      after === null
        ? reader.first({ ...ofVendor, order, currency, limit })
        : templatesAfter(context.database, { ...ofVendor, order, currency, limit }, after),
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
    ({ statuses, order, currency, limit }) => JSON.stringify([statuses, order, currency, limit]),
    ({ statuses, order, currency, limit }, vendorIds) => {
      const sorting = sortingOf(order, currency)
      return database.query
        .selectFrom(sql<{ vendorId: string }>`unnest(${vendorIds}::text[])`.as<'v'>(sql`v(vendor_id)`))
        .innerJoinLateral(
          selectListed(database, sorting, statuses)
            .where('t.vendorId', '=', sql.ref<string>('v.vendorId'))
            .limit(limit)
            .as('page'),
          (join) => join.onTrue(),
        )
        .selectAll('page')
        .orderBy('page.sortValue', sorting.direction)
        .orderBy('page.id', sorting.direction)
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
  { vendorId, statuses, order, currency, limit }: FirstTemplatesOfVendor,
  [shown, id]: readonly string[],
): Promise<VendorTemplateRow[]> {
  const sorting = sortingOf(order, currency)
  const { key, parse, direction } = sorting
  return selectListed(database, sorting, statuses)
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

function selectListed(database: Sql, { key, direction }: Order, statuses: readonly TemplateStatus[] | null) {
  return selectTemplates(database, statuses)
    .leftJoin('product', (join) => join.on('product.type', '=', 'TEMPLATE').onRef('product.externalId', '=', 't.id'))
    .select(LISTED_COLUMNS)
    .select([key.as('sortValue'), sql<string>`(${key})::text`.as('sortKey')])
    .orderBy(key, direction)
    .orderBy('t.id', direction)
}
