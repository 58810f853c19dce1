import { sql, type RawBuilder } from 'kysely'
import type { TemplateStatus } from '#entities/marketplace/template-state.js'
import type { VendorRow } from '#entities/marketplace/vendor.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { EMPTY_PAGE, readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { IdentityContext } from '#services/identity/caller.js'
import { canSeeUnpublished, LISTED_COLUMNS, type ListedTemplate, type TemplateSort } from '../templates/templates.js'

type VendorOfTemplates = Pick<VendorRow, 'id' | 'accountId'>

export interface VendorTemplatesFilter {
  /** Null: every status that the caller can see. */
  readonly statuses?: readonly TemplateStatus[] | null
  readonly orderBy?: TemplateSort | null
}

export interface VendorTemplatesPage extends Page<ListedTemplate> {
  readonly countAll: () => Promise<number>
}

interface Order {
  readonly key: RawBuilder<unknown>
  readonly parse: (shown: string) => RawBuilder<unknown>
  readonly direction: 'asc' | 'desc'
}

/** Drafts have no time of publication, so the newest is the one that was created last. */
const ORDERS: Record<TemplateSort, Order> = {
  RECENT: { key: sql`t.id`, parse: (shown) => sql`${shown}::text`, direction: 'desc' },
  POPULAR: { key: sql`t.install_count`, parse: (shown) => sql`${shown}::int`, direction: 'desc' },
  RATING: { key: sql`coalesce(t.rating, 0)`, parse: (shown) => sql`${shown}::float8`, direction: 'desc' },
  NAME: { key: sql`lower(t.name)`, parse: (shown) => sql`${shown}::text`, direction: 'asc' },
}

/** Templates of a vendor: in every status for the vendor and operators, published ones for everyone else. */
export async function vendorTemplates(
  context: IdentityContext,
  vendor: VendorOfTemplates,
  filter: VendorTemplatesFilter,
  request: PageRequest,
): Promise<VendorTemplatesPage> {
  const statuses = await visibleStatuses(context, vendor, filter.statuses)
  if (statuses?.length === 0) return { ...EMPTY_PAGE, countAll: () => Promise.resolve(0) }
  const sort = filter.orderBy ?? 'RECENT'
  const { key, parse, direction } = ORDERS[sort]
  const select = () => selectTemplates(context.database, vendor.id, statuses)
  const page = await readPage<ListedTemplate & { readonly sortKey: string }>(
    request,
    `templates ${vendor.id} by ${sort}`,
    (row) => [row.sortKey, row.id],
    (limit, after) =>
      select()
        .leftJoin('product', (join) =>
          join.on('product.type', '=', 'TEMPLATE').onRef('product.externalId', '=', 't.id'),
        )
        .select(LISTED_COLUMNS)
        .select(sql<string>`(${key})::text`.as('sortKey'))
        .$if(after !== null, (rows) =>
          rows.where(
            sql<boolean>`(${key}, t.id) ${direction === 'desc' ? sql`<` : sql`>`} (${parse(after![0]!)}, ${after![1]})`,
          ),
        )
        .orderBy(key, direction)
        .orderBy('t.id', direction)
        .limit(limit)
        .execute(),
  )
  const countAll = async () => {
    const { total } = await select()
      .select((eb) => eb.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow()
    return total
  }
  return { ...page, countAll }
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

const selectTemplates = ({ query }: Sql, vendorId: string, statuses: readonly TemplateStatus[] | null) =>
  query
    .selectFrom('template as t')
    .where('t.vendorId', '=', vendorId)
    .where('t.deletedAt', 'is', null)
    .$if(statuses !== null, (rows) => rows.where('t.status', 'in', statuses!))
