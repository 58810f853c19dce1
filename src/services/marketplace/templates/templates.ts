import { sql, type RawBuilder } from 'kysely'
import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import { TEMPLATE_SEARCH_TEXT } from '#entities/marketplace/template-search-text.js'
import { createCompiledQueries, placeholder } from '#services/kernel/database/compiled-queries.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import { searchQuery } from './search-words.js'
import type { IdentityContext } from '#services/identity/caller.js'
import { isVisible, callerRelation } from '../access/template-access.js'
import { templateWithVendor } from './template-records.js'

export type TemplateSort = 'RECENT' | 'POPULAR' | 'RATING' | 'NAME'

export interface TemplateFilter {
  readonly search?: string | null
  readonly category?: string | null
  readonly tags?: readonly string[] | null
  readonly paid?: boolean | null
  readonly vendorId?: string | null
  readonly sort?: TemplateSort | null
}

/** A template as lists show it, without long fields, which are loaded on demand. */
export type ListedTemplate = Omit<TemplateRow, 'definition' | 'ratingSum' | 'longDescription'> & Partial<TemplateSale>

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

interface Order {
  /** As the indexes have it. */
  readonly key: RawBuilder<unknown>
  /** The key as text, for its cursor, and how it is read back. */
  readonly shown: RawBuilder<string>
  readonly parse: (shown: RawBuilder<string>) => RawBuilder<unknown>
  readonly shape: RegExp
  readonly direction: 'asc' | 'desc'
}

const ORDERS: Record<TemplateSort, Order> = {
  RECENT: {
    key: sql`t.approved_at`,
    shown: sql`to_char(t.approved_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
    parse: (shown) => sql`${shown}::timestamptz`,
    shape: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/,
    direction: 'desc',
  },
  POPULAR: {
    key: sql`t.install_count`,
    shown: sql`t.install_count::text`,
    parse: (shown) => sql`${shown}::int`,
    shape: /^\d{1,9}$/,
    direction: 'desc',
  },
  RATING: {
    key: sql`coalesce(t.rating, 0)`,
    shown: sql`coalesce(t.rating, 0)::text`,
    parse: (shown) => sql`${shown}::float8`,
    shape: /^\d(?:\.\d{1,17})?$/,
    direction: 'desc',
  },
  NAME: {
    key: sql`lower(t.name)`,
    shown: sql`lower(t.name)`,
    parse: (shown) => sql`${shown}::text`,
    shape: /^/,
    direction: 'asc',
  },
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
  't.rating',
  't.ratingCount',
  't.installCount',
  't.viewCount',
  't.createdAt',
  't.approvedAt',
  't.freeForever',
  't.deletedAt',
  'product.id as soldBy',
  'product.active as onSale',
] as const

/** Maximum number of search results, the most installed first; larger requests are reduced. */
export const MAX_RESULTS = 1_000

/**
 * Page sizes of statements, each one more than the requested size. They are constants of the statement: with a
 * parameter the planner assumes thousands of rows and reads the whole table.
 */
const SIZES = [11, 21, 51, 101]

/** A page of templates. A search is bounded and knows its total count; a category is counted on demand. */
export interface TemplatePage extends Page<ListedTemplate> {
  readonly found: number | null
}

type FoundTemplate = ListedTemplate & { readonly sortKey: string; readonly found: number | null }

/** One page of approved templates, with one statement. */
export async function templates(database: Sql, filter: TemplateFilter, request: PageRequest): Promise<TemplatePage> {
  const sort = filter.sort ?? 'RECENT'
  const { shape } = ORDERS[sort]
  const isSearch = searchQuery(filter.search) !== null
  const page = await readPage<FoundTemplate>(
    request,
    `templates by ${sort}`,
    (row) => [row.sortKey, row.id],
    async (limit, after) => {
      if (after && !shape.test(after[0]!))
        throw new AppError('INVALID_CURSOR', 'Invalid cursor for this list.', {
          details: { field: 'after' },
        })
      const size = SIZES.find((candidate) => candidate >= limit) ?? limit
      const rows = await pages(
        database,
        JSON.stringify([sort, size, after !== null, shapeOf(filter)]),
        () => selectPage(database, filter, ORDERS[sort], { size, isFirst: after === null }),
        { ...valuesOf(filter), afterKey: after?.[0], afterId: after?.[1] },
      )
      return rows.slice(0, limit)
    },
  )
  // An empty page has no count.
  return { ...page, found: (isSearch && page.items[0]?.found) || null }
}

/** Number of templates of a filter over all pages. A search counts at most the rows that it reads. */
export async function countTemplates(database: Sql, filter: TemplateFilter): Promise<number> {
  const build = () =>
    database.query
      .selectFrom(selectMatching(database, filter).as('t'))
      .select((eb) => eb.fn.countAll<number>().as('total'))
  const [row] = await counts(database, JSON.stringify(shapeOf(filter)), build, valuesOf(filter))
  return row!.total
}

const pages = createCompiledQueries<FoundTemplate>()

const counts = createCompiledQueries<{ readonly total: number }>()

/** Conditions of a filter, without their values. */
const shapeOf = ({ search, category, vendorId, tags, paid }: TemplateFilter) => ({
  isSearch: searchQuery(search) !== null,
  hasCategory: !!category,
  hasVendor: !!vendorId,
  hasTags: !!tags?.length,
  hasPaid: paid !== null && paid !== undefined,
})

const valuesOf = ({ search, category, vendorId, tags, paid }: TemplateFilter): Readonly<Record<string, unknown>> => ({
  words: searchQuery(search),
  category,
  vendorId,
  tags: tags?.map((tag) => tag.toLowerCase()),
  paid,
})

/** Rows of a page. All columns are read only for the page, not for the templates from which it is selected. */
function selectPage(
  database: Sql,
  filter: TemplateFilter,
  { key, shown, parse, direction }: Order,
  { size, isFirst }: { readonly size: number; readonly isFirst: boolean },
) {
  const isSearch = searchQuery(filter.search) !== null
  return (
    database.query
      // A search runs once, for its page and for its count. Other lists read an index up to the end of the page.
      .with(
        (cte) => (isSearch ? cte('found').materialized() : cte('found').notMaterialized()),
        () => selectMatching(database, filter),
      )
      .with('page', (query) =>
        query
          .selectFrom('found as t')
          .select(['t.id', key.as('sortValue')])
          .$if(!isFirst, (rows) =>
            rows.where(
              sql<boolean>`(${key}, t.id) ${direction === 'desc' ? sql`<` : sql`>`} (${parse(placeholder('afterKey'))}, ${placeholder('afterId')})`,
            ),
          )
          .orderBy(key, direction)
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

/** Listed templates that match a filter, with the columns that sorting requires. A search is bounded. */
function selectMatching({ query }: Sql, filter: TemplateFilter) {
  const { isSearch, hasCategory, hasVendor, hasTags, hasPaid } = shapeOf(filter)
  return query
    .selectFrom('template')
    .select(['id', 'name', 'approvedAt', 'installCount', 'rating'])
    .where('status', '=', sql.lit('APPROVED'))
    .$if(hasCategory, (rows) =>
      rows.where('categoryId', '=', (eb) =>
        eb.selectFrom('category').select('category.id').where('category.code', '=', placeholder<string>('category')),
      ),
    )
    .$if(hasVendor, (rows) => rows.where('vendorId', '=', placeholder<string>('vendorId')))
    .$if(hasTags, (rows) => rows.where(sql<boolean>`tags @> ${placeholder('tags')}::text[]`))
    .$if(hasPaid, (rows) => rows.where(IS_ON_SALE, '=', placeholder<boolean>('paid')))
    .$if(isSearch, (rows) =>
      rows
        .where(sql<boolean>`(${sql.raw(TEMPLATE_SEARCH_TEXT)}) @@ to_tsquery('simple', ${placeholder('words')})`)
        // The sum prevents the planner from scanning all templates by installs and checking the text of each.
        .orderBy(sql`install_count + 0`, 'desc')
        .orderBy('id', 'desc')
        .limit(sql.lit(MAX_RESULTS)),
    )
}

/** As a value, not `exists`, which is planned as a join with all products, even for a few templates. */
const IS_ON_SALE = sql<boolean>`coalesce((select p.active from product p where p.type = 'TEMPLATE' and p.external_id = template.id), false)`

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

/** Reads what is not published yet. Null if the caller is neither the vendor nor a reviewer. */
export const readUnpublished = async <Value>(
  context: IdentityContext,
  vendorAccountId: string | null,
  load: () => Promise<Value>,
): Promise<Value | null> => ((await canSeeUnpublished(context, vendorAccountId)) ? load() : null)

/** True if the caller sees what is not published yet: the next version, and what reviewers said. */
export async function canSeeUnpublished(context: IdentityContext, vendorAccountId: string | null): Promise<boolean> {
  if (context.caller.kind === 'anonymous') return false
  const { own, reviewer } = await callerRelation(context, vendorAccountId)
  return own || reviewer
}
