import type { TemplateFilter } from '#schema/marketplace/template-list.type.js'
import { sql, type RawBuilder } from 'kysely'
import { TEMPLATE_SEARCH_TEXT } from '#entities/marketplace/template-search-text.js'
import { placeholder } from '#services/kernel/database/compiled-queries.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { searchQuery } from '#services/kernel/text/search-words.js'

/** Maximum number of search results, the most installed first; larger requests are reduced. */
export const MAX_RESULTS = 1_000

/** Conditions of a filter, without their values. */
export const shapeOf = (filter: TemplateFilter) => ({
  isSearch: searchQuery(filter.search) !== null,
  hasCategory: !!filter.category,
  hasVendor: !!filter.vendorId,
  hasStack: !!filter.stack,
  hasTags: !!filter.tags?.length,
  hasPaid: isGiven(filter.paid),
  hasMinPrice: isGiven(filter.minPrice?.amountMinor),
  hasMaxPrice: isGiven(filter.maxPrice?.amountMinor),
})

/** Values of the placeholders. @param currency of prices, unless the filter names one */
export const valuesOf = (filter: TemplateFilter, currency: string): Readonly<Record<string, unknown>> => ({
  words: searchQuery(filter.search),
  category: filter.category,
  vendorId: filter.vendorId,
  stack: filter.stack,
  tags: filter.tags?.map((tag) => tag.toLowerCase()),
  paid: filter.paid,
  minPrice: filter.minPrice?.amountMinor,
  maxPrice: filter.maxPrice?.amountMinor,
  currency: currencyOfFilter(filter) ?? currency,
})

/** Currency of the prices that a filter names. Undefined if it names none. */
function currencyOfFilter({ minPrice, maxPrice }: TemplateFilter): string | undefined {
  if (minPrice && maxPrice && minPrice.currency !== maxPrice.currency)
    throw new AppError('BAD_USER_INPUT', 'filter.minPrice and filter.maxPrice must have the same currency.')
  return (minPrice ?? maxPrice)?.currency
}

const isGiven = (value: unknown): boolean => value !== null && value !== undefined

/** Lowest price of a listed template in the currency: 0 if it is free, null if it is not sold in the currency. */
export const PRICE = sql<number | null>`case when sold.template_id is null then 0 else sold.amount_minor end`

/** Rank of a listed template for the words of a search. */
export const RELEVANCE = sql<number>`ts_rank(${sql.raw(TEMPLATE_SEARCH_TEXT)}, to_tsquery('simple', ${placeholder('words')}))`

/**
 * Listed templates that match a filter, with a value by which they are sorted or counted. A search is bounded. All
 * values are placeholders.
 */
export function selectMatching<Value>(
  { query }: Sql,
  filter: TemplateFilter,
  value: RawBuilder<Value>,
  usesPrice = false,
) {
  const has = shapeOf(filter)
  return query
    .selectFrom('template')
    .$if(usesPrice || has.hasMinPrice || has.hasMaxPrice, (rows) => rows.leftJoin(SOLD, (join) => join.on(IS_SOLD)))
    .select(['template.id', value.as('sortValue')])
    .where('template.status', '=', sql.lit('APPROVED'))
    .$if(has.hasCategory, (rows) =>
      rows.where('categoryId', '=', (eb) =>
        eb.selectFrom('category').select('category.id').where('category.code', '=', placeholder<string>('category')),
      ),
    )
    .$if(has.hasVendor, (rows) => rows.where('vendorId', '=', placeholder<string>('vendorId')))
    .$if(has.hasStack, (rows) => rows.where('stack', '=', placeholder<string>('stack')))
    .$if(has.hasTags, (rows) => rows.where(sql<boolean>`tags @> ${placeholder('tags')}::text[]`))
    .$if(has.hasPaid, (rows) => rows.where(IS_ON_SALE, '=', placeholder<boolean>('paid')))
    .$if(has.hasMinPrice, (rows) => rows.where(PRICE, '>=', placeholder<number>('minPrice')))
    .$if(has.hasMaxPrice, (rows) => rows.where(PRICE, '<=', placeholder<number>('maxPrice')))
    .$if(has.isSearch, (rows) =>
      rows
        .where(sql<boolean>`(${sql.raw(TEMPLATE_SEARCH_TEXT)}) @@ to_tsquery('simple', ${placeholder('words')})`)
        // The sum prevents the planner from scanning all templates by installs and checking the text of each.
        .orderBy(sql`install_count + 0`, 'desc')
        .orderBy('template.id', 'desc')
        .limit(sql.lit(MAX_RESULTS)),
    )
}

/** As a value, not `exists`, which is planned as a join with all products, even for a few templates. */
const IS_ON_SALE = sql<boolean>`coalesce((select p.active from product p where p.type = 'TEMPLATE' and p.external_id = template.id), false)`

/** Lowest price of each sold template, computed once for all templates. */
const SOLD = sql<{ templateId: string; amountMinor: number | null }>`(
  select p.external_id as template_id, min(pr.amount_minor) filter (where pr.currency = ${placeholder('currency')}) as amount_minor
  from product p left join price pr on pr.product_id = p.id and pr.active
  where p.type = 'TEMPLATE' and p.active
  group by p.external_id
)`.as<'sold'>(sql`sold`)

const IS_SOLD = sql<boolean>`sold.template_id = template.id`
