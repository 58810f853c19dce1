import type { TemplateFilter } from '#schema/marketplace/template-list.type.js'
import { sql, type RawBuilder } from 'kysely'
import { placeholder } from '#services/kernel/database/compiled-queries.js'
import { searchQuery } from '#services/kernel/text/search-words.js'
import { PRICE, RELEVANCE } from './template-filter.js'

export type TemplateOrder =
  | 'RELEVANCE'
  | 'NEWEST'
  | 'UPDATED'
  | 'POPULAR'
  | 'SALES'
  | 'NAME'
  | 'PRICE_LOWEST'
  | 'PRICE_HIGHEST'

/** Sorting of a list by one key and the ID. */
export interface TemplateSorting {
  /** As the indexes have it. */
  readonly key: RawBuilder<unknown>
  /** The key of a row of the page as text, for its cursor, and how it is read back. */
  readonly shown: RawBuilder<string>
  readonly parse: (shown: RawBuilder<string>) => RawBuilder<unknown>
  readonly shape: RegExp
  readonly direction: 'asc' | 'desc'
  readonly usesPrice?: boolean
}

const KEY = sql.ref('page.sortValue')
const AS_TEXT = sql<string>`${KEY}::text`
const count = (key: RawBuilder<unknown>): TemplateSorting => ({
  key,
  shown: AS_TEXT,
  parse: (shown) => sql`${shown}::int`,
  shape: /^\d{1,9}$/,
  direction: 'desc',
})
const time = (key: RawBuilder<unknown>): TemplateSorting => ({
  key,
  shown: sql`to_char(${KEY} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  parse: (shown) => sql`${shown}::timestamptz`,
  shape: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/,
  direction: 'desc',
})
/** @param others place of templates that are not sold in the currency: at the end */
const price = (direction: 'asc' | 'desc', others: string): TemplateSorting => ({
  key: sql`coalesce(${PRICE}, ${sql.raw(others)})`,
  shown: AS_TEXT,
  parse: (shown) => sql`${shown}::bigint`,
  shape: /^-?\d{1,16}$/,
  direction,
  usesPrice: true,
})

const SORTINGS: Record<TemplateOrder, TemplateSorting> = {
  RELEVANCE: {
    key: RELEVANCE,
    shown: AS_TEXT,
    parse: (shown) => sql`${shown}::real`,
    shape: /^\d(?:\.\d{1,12})?(?:e-\d{1,3})?$/,
    direction: 'desc',
  },
  NEWEST: time(sql`template.approved_at`),
  UPDATED: time(sql`coalesce(template.updated_at, template.approved_at)`),
  POPULAR: count(sql`template.install_count`),
  SALES: count(sql`template.sale_count`),
  NAME: {
    key: sql`lower(template.name)`,
    shown: sql`${KEY}`,
    parse: (shown) => sql`${shown}::text`,
    shape: /^/,
    direction: 'asc',
  },
  PRICE_LOWEST: price('asc', '9007199254740991'),
  PRICE_HIGHEST: price('desc', '-1'),
}

/** Order of a list: a search is sorted by relevance by default. Without words all templates are equally relevant. */
export function orderOf({ search }: TemplateFilter, order: TemplateOrder | null | undefined): TemplateOrder {
  const isSearch = searchQuery(search) !== null
  if (!order) return isSearch ? 'RELEVANCE' : 'NEWEST'
  return order === 'RELEVANCE' && !isSearch ? 'POPULAR' : order
}

export const sortingOf = (order: TemplateOrder): TemplateSorting => SORTINGS[order]

/** Condition of rows after the cursor. */
export const isAfterCursor = ({ parse, direction }: TemplateSorting) =>
  sql<boolean>`(${sql.ref('t.sortValue')}, t.id) ${direction === 'desc' ? sql`<` : sql`>`} (${parse(placeholder('afterKey'))}, ${placeholder('afterId')})`
