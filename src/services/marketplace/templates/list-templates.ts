import type { TemplateRow } from '#entities/marketplace/template.entity.js'
import { TEMPLATE_SEARCH_TEXT } from '#entities/marketplace/template-search-text.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'
import { searchQuery } from './search-words.js'

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
  readonly key: string
  /** The key as its cursor carries it, and how it is read back. */
  readonly shown: string
  readonly cast: string
  readonly shape: RegExp
  readonly descending: boolean
}

const ORDERS: Record<TemplateSort, Order> = {
  RECENT: {
    key: 't.approved_at',
    shown: `to_char(t.approved_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
    cast: 'timestamptz',
    shape: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/,
    descending: true,
  },
  POPULAR: {
    key: 't.install_count',
    shown: 't.install_count::text',
    cast: 'int',
    shape: /^\d{1,9}$/,
    descending: true,
  },
  RATING: {
    key: 'coalesce(t.rating, 0)',
    shown: 'coalesce(t.rating, 0)::text',
    cast: 'float8',
    shape: /^\d(?:\.\d{1,17})?$/,
    descending: true,
  },
  NAME: { key: 'lower(t.name)', shown: 'lower(t.name)', cast: 'text', shape: /^/, descending: false },
}

const COLUMNS = `t.id, t.slug, t.name, t.short_description, t.category_id, t.vendor_id, t.tags, t.version, t.status, t.stack,
  t.is_from_marketplace, t.required_plan, t.infrastructure_requirements, t.tech_stack, t.rating, t.rating_count, t.install_count, t.view_count,
  t.created_at, t.approved_at, t.free_forever, t.deleted_at, p.id as sold_by, p.active as on_sale`

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

type FoundTemplate = ListedTemplate & { readonly sortKey: string; readonly found: number }

/** One page of approved templates with one statement, whose parts depend on the filter. */
export async function listTemplates(sql: Sql, filter: TemplateFilter, request: PageRequest): Promise<TemplatePage> {
  const sort = filter.sort ?? 'RECENT'
  const { key, shown, cast, shape, descending } = ORDERS[sort]
  const searched = searchQuery(filter.search) !== null
  const page = await readPage<FoundTemplate>(
    request,
    `templates by ${sort}`,
    (row) => [row.sortKey, row.id],
    async (limit, after) => {
      if (after && !shape.test(after[0]!))
        throw new AppError('INVALID_CURSOR', 'Invalid cursor for this list.', {
          details: { field: 'after' },
        })
      const values: unknown[] = []
      const bound = (value: unknown) => `$${values.push(value)}`
      const { table, conditions } = source(filter, values)
      // A search is looked up once, for its page and for its number.
      const [before, from] = searched ? [`found as materialized (select * from ${table}), `, 'found t'] : ['', table]
      const number = searched ? '(select count(*) from found)' : 'null'
      if (after)
        conditions.push(`(${key}, t.id) ${descending ? '<' : '>'} (${bound(after[0])}::${cast}, ${bound(after[1])})`)
      const direction = descending ? 'desc' : ''
      const order = (sortKey: string) => `order by ${sortKey} ${direction}, t.id ${direction}`
      // Wide rows are read for the page alone, not for all that it is chosen from.
      const most = SIZES.find((size) => size >= limit) ?? limit
      const rows = await sql.rows<FoundTemplate>(
        `with ${before}page as (select t.id, ${key} as sort_value from ${from} ${whereAll(conditions)} ${order(key)} limit ${most})
         select ${COLUMNS}, ${shown} as sort_key, ${number} as found from page join template t on t.id = page.id
           left join product p on p.type = 'TEMPLATE' and p.external_id = t.id ${order('page.sort_value')}`,
        values,
      )
      return rows.slice(0, limit)
    },
  )
  // An empty page has no count.
  return { ...page, found: (searched && page.items[0]?.found) || null }
}

/** Number of templates of a filter over all pages. A search counts at most the rows that it reads. */
export async function countTemplates(sql: Sql, filter: TemplateFilter): Promise<number> {
  const values: unknown[] = []
  const { table, conditions } = source(filter, values)
  const row = await sql.row<{ total: number }>(`select count(*) as total from ${table} ${whereAll(conditions)}`, values)
  return row?.total ?? 0
}

const whereAll = (conditions: readonly string[]): string =>
  conditions.length ? `where ${conditions.join(' and ')}` : ''

/** Source of the rows: all listed templates, or the bounded result of a search. */
function source(filter: TemplateFilter, values: unknown[]): { readonly table: string; readonly conditions: string[] } {
  const query = searchQuery(filter.search)
  const conditions = conditionsOf(filter, values)
  if (query === null) return { table: 'template t', conditions }
  const words = TEMPLATE_SEARCH_TEXT.replace(/\b(name|slug|tags|short_description)\b/g, 't.$1')
  conditions.push(`(${words}) @@ to_tsquery('simple', $${values.push(query)})`)
  // Only the columns that sorting requires. The sum prevents the planner from scanning all templates by installs and
  // checking the text of each.
  const narrow = 't.id, t.name, t.approved_at, t.install_count, t.rating'
  return {
    table: `(select ${narrow} from template t where ${conditions.join(' and ')} order by t.install_count + 0 desc, t.id desc limit ${MAX_RESULTS}) t`,
    conditions: [],
  }
}

function conditionsOf(filter: TemplateFilter, values: unknown[]): string[] {
  const bound = (value: unknown) => `$${values.push(value)}`
  const conditions = [`t.status = 'APPROVED'`]
  if (filter.category)
    conditions.push(`t.category_id = (select id from category where code = ${bound(filter.category)})`)
  if (filter.vendorId) conditions.push(`t.vendor_id = ${bound(filter.vendorId)}`)
  if (filter.tags?.length) conditions.push(`t.tags @> ${bound(filter.tags.map((tag) => tag.toLowerCase()))}::text[]`)
  if (filter.paid !== null && filter.paid !== undefined)
    // As a value, not `exists`: that is planned as a join with all products, whatever the few templates that are left.
    conditions.push(
      `coalesce((select p.active from product p where p.type = 'TEMPLATE' and p.external_id = t.id), false) = ${bound(filter.paid)}`,
    )
  return conditions
}
