import type { TemplateFilter } from '#schema/marketplace/template-list.type.js'
import { sql } from 'kysely'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { createCompiledQueries } from '#services/kernel/database/compiled-queries.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import type { IdentityContext } from '#services/identity/model/caller.js'
import { isVisible, callerRelation } from '../access/template-access.js'
import { searchQuery } from '#services/kernel/text/search-words.js'
import { templateWithVendor } from './template-records.js'
import { selectMatching, shapeOf, valuesOf } from './template-filter.js'
import { isAfterCursor, orderOf, sortingOf, type TemplateOrder, type TemplateSorting } from './template-order.js'

/** A template as lists show it, without long fields, which are loaded on demand. */
export type ListedTemplate = Omit<
  TemplateRow,
  'definition' | 'definitionText' | 'parameters' | 'files' | 'longDescription' | 'pictures' | 'links'
> &
  Partial<TemplateSale>

/** The product that sells a template, where the list has read it along; null: none does. */
export interface TemplateSale {
  readonly soldBy: string | null
  readonly onSale: boolean | null
}

/** The product that sells a listed template: as the list read it along, else as `load` finds it. */
export async function saleOf(
  row: ListedTemplate,
  load: (templateId: string) => Promise<{ readonly id: string; readonly active: boolean } | null>,
): Promise<{ readonly id: string; readonly active: boolean } | null> {
  if (row.soldBy === undefined) return load(row.id)
  return row.soldBy === null ? null : { id: row.soldBy, active: row.onSale === true }
}

/** Columns of a listed template. */
export const LISTED_COLUMNS = [
  't.id',
  't.slug',
  't.name',
  't.shortDescription',
  't.categoryId',
  't.vendorId',
  't.tags',
  't.version',
  't.status',
  't.stack',
  't.isFromMarketplace',
  't.requiredPlan',
  't.infrastructureRequirements',
  't.techStack',
  't.installCount',
  't.saleCount',
  't.createdAt',
  't.approvedAt',
  't.updatedAt',
  't.freeForever',
  't.deletedAt',
  't.icon',
  'product.id as soldBy',
  'product.active as onSale',
] as const

/**
 * Page sizes of statements, each one more than the requested size. They are constants of the statement: with a
 * parameter the planner assumes thousands of rows and reads the whole table.
 */
const SIZES = [11, 21, 51, 101]

/** A page of templates. A search is bounded and knows its total count; a category is counted on demand. */
export interface TemplatePage extends Page<ListedTemplate> {
  readonly countAll: () => Promise<number>
}

export interface TemplateList {
  readonly filter?: TemplateFilter | null
  readonly orderBy?: TemplateOrder | null
}

type FoundTemplate = ListedTemplate & { readonly sortKey: string; readonly found: number | null }

/** One page of approved templates, with one statement. */
export async function templates(
  context: CatalogContext,
  list: TemplateList,
  request: PageRequest,
): Promise<TemplatePage> {
  const { database } = context
  const filter = list.filter ?? {}
  const order = orderOf(filter, list.orderBy)
  const sorting = sortingOf(order)
  const page = await readPage<FoundTemplate>(
    request,
    `templates by ${order}`,
    (row) => [row.sortKey, row.id],
    async (limit, after) => {
      if (after && !sorting.shape.test(after[0]!))
        throw new AppError('INVALID_CURSOR', 'Invalid cursor for this list.', {
          details: { field: 'after' },
        })
      const size = SIZES.find((candidate) => candidate >= limit) ?? limit
      const rows = await pages(
        database,
        JSON.stringify([order, size, after !== null, shapeOf(filter)]),
        () => selectPage(database, filter, sorting, { size, isFirst: after === null }),
        { ...valuesOf(filter, context.catalog.current().currency), afterKey: after?.[0], afterId: after?.[1] },
      )
      return rows.slice(0, limit)
    },
  )
  // An empty page has no count.
  const found = page.items[0]?.found
  return { ...page, countAll: () => (found ? Promise.resolve(found) : countTemplates(context, filter)) }
}

/** Number of templates of a filter over all pages. A search counts at most the rows that it reads. */
export async function countTemplates({ database, catalog }: CatalogContext, filter: TemplateFilter): Promise<number> {
  const build = () =>
    database.query
      .selectFrom(selectMatching(database, filter, sql`null`).as('t'))
      .select((eb) => eb.fn.countAll<number>().as('total'))
  const shape = JSON.stringify(shapeOf(filter))
  const [row] = await counts(database, shape, build, valuesOf(filter, catalog.current().currency))
  return row!.total
}

const pages = createCompiledQueries<FoundTemplate>()

const counts = createCompiledQueries<{ readonly total: number }>()

/** Rows of a page. All columns are read only for the page, not for the templates from which it is selected. */
function selectPage(
  database: Sql,
  filter: TemplateFilter,
  sorting: TemplateSorting,
  { size, isFirst }: { readonly size: number; readonly isFirst: boolean },
) {
  const { key, shown, direction, usesPrice } = sorting
  const isSearch = searchQuery(filter.search) !== null
  return (
    database.query
      // A search runs once, for its page and for its count. Other lists read an index up to the end of the page.
      .with(
        (cte) => (isSearch ? cte('found').materialized() : cte('found').notMaterialized()),
        () => selectMatching(database, filter, key, usesPrice),
      )
      .with('page', (query) =>
        query
          .selectFrom('found as t')
          .select(['t.id', 't.sortValue'])
          .$if(!isFirst, (rows) => rows.where(isAfterCursor(sorting)))
          .orderBy('t.sortValue', direction)
          .orderBy('t.id', direction)
          .limit(sql.lit(size)),
      )
      .selectFrom('page')
      .innerJoin('template as t', 't.id', 'page.id')
      .leftJoin('product', (join) => join.on('product.type', '=', 'TEMPLATE').onRef('product.externalId', '=', 't.id'))
      .select(LISTED_COLUMNS)
      .select((eb) => [
        shown.as('sortKey'),
        (isSearch ? eb.selectFrom('found').select(eb.fn.countAll<number>().as('found')) : sql<number | null>`null`).as(
          'found',
        ),
      ])
      .orderBy('page.sortValue', direction)
      .orderBy('t.id', direction)
  )
}

/** A template that the caller may see: published, or the caller's own, or theirs to review. */
export async function visibleTemplate(
  context: IdentityContext,
  by: { readonly id?: string | null; readonly slug?: string | null },
): Promise<TemplateRow | null> {
  const template = await templateWithVendor(context.database, by)
  if (!template) return null
  if (template.status === 'APPROVED') return template
  return isVisible(template, await callerRelation(context, template.vendorAccountId)) ? template : null
}
