import type { TemplateFilter } from '#schema/marketplace/template-list.type.js'
import { sql } from 'kysely'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { createCompiledQueries, placeholder } from '#services/kernel/database/compiled-queries.js'
import { currencyDecimals } from '#services/kernel/money/currency.js'
import { currencyOfFilter, PRICE, selectMatching, shapeOf, valuesOf } from './template-filter.js'

export interface CategoryCount {
  readonly categoryId: string
  readonly templateCount: number
}

export interface PriceBand {
  readonly fromMinor: number
  /** Null: no upper limit. */
  readonly toMinor: number | null
  readonly templateCount: number
}

/** Prices of the templates of a list. Free templates count in the first band only. */
export interface PriceFacet {
  readonly currency: string
  readonly bands: readonly PriceBand[]
  /** Null without templates that are sold in the currency. */
  readonly lowestMinor: number | null
  readonly highestMinor: number | null
}

export interface RatingCount {
  readonly minRating: number
  readonly templateCount: number
}

/** Lower limits of the price bands above zero, in units of the currency. */
const BANDS = [10, 25, 50, 100]

const RATINGS = [4, 3, 2, 1]

/** Numbers of templates that match a filter. Each is read when it is called. */
export interface TemplateFacets {
  readonly countCategories: () => Promise<CategoryCount[]>
  readonly countPrices: () => Promise<PriceFacet>
  readonly countRatings: () => Promise<RatingCount[]>
}

/** Counts the published templates of a filter by category, price and rating, with one statement each. */
export function templateFacets(context: CatalogContext, filter: TemplateFilter): TemplateFacets {
  let prices: Promise<PriceFacet> | null = null
  return {
    countCategories: () => categoryCounts(context, filter),
    countPrices: () => (prices ??= priceFacet(context, filter)),
    countRatings: () => ratingCounts(context, filter),
  }
}

/** Number of templates by category. The category of the filter does not count, so that others can be chosen. */
function categoryCounts(context: CatalogContext, filter: TemplateFilter): Promise<CategoryCount[]> {
  const others = { ...filter, category: null }
  const { database } = context
  return countsByCategory(
    database,
    JSON.stringify(shapeOf(others)),
    () =>
      database.query
        .selectFrom(selectMatching(database, others, sql<string>`template.category_id`).as('t'))
        .select((eb) => ['t.sortValue as categoryId', eb.fn.countAll<number>().as('templateCount')])
        .where('t.sortValue', 'is not', null)
        .groupBy('t.sortValue')
        .orderBy('templateCount', 'desc')
        .orderBy('categoryId'),
    valuesOf(others, currencyOf(context, filter)),
  )
}

/** Number of templates by lowest price. The price of the filter does not count. */
async function priceFacet(context: CatalogContext, filter: TemplateFilter): Promise<PriceFacet> {
  const { database } = context
  const currency = currencyOf(context, filter)
  const others = { ...filter, minPrice: null, maxPrice: null, paid: null }
  const limits = [1, ...BANDS.map((units) => units * 10 ** currencyDecimals(currency))]
  const rows = await priceCounts(
    database,
    JSON.stringify(shapeOf(others)),
    () =>
      database.query
        .selectFrom(selectMatching(database, others, PRICE, true).as('t'))
        .select((eb) => [
          sql<number>`width_bucket(t.sort_value::bigint, ${placeholder('limits')}::bigint[])`.as('band'),
          eb.fn.countAll<number>().as('templateCount'),
          sql<number>`min(t.sort_value)`.as('lowest'),
          sql<number>`max(t.sort_value)`.as('highest'),
        ])
        .where('t.sortValue', 'is not', null)
        .groupBy('band'),
    { ...valuesOf(others, currency), limits },
  )
  const paid = rows.filter(({ band }) => band > 0)
  return {
    currency,
    bands: [0, ...limits].map((fromMinor, index) => ({
      fromMinor,
      toMinor: limits[index] ?? null,
      templateCount: rows.find(({ band }) => band === index)?.templateCount ?? 0,
    })),
    lowestMinor: paid.length > 0 ? Math.min(...paid.map(({ lowest }) => lowest)) : null,
    highestMinor: paid.length > 0 ? Math.max(...paid.map(({ highest }) => highest)) : null,
  }
}

/** Number of templates by lowest rating. The rating of the filter does not count. */
async function ratingCounts(context: CatalogContext, filter: TemplateFilter): Promise<RatingCount[]> {
  const { database } = context
  const others = { ...filter, minRating: null }
  const rows = await starCounts(
    database,
    JSON.stringify(shapeOf(others)),
    () =>
      database.query
        .selectFrom(selectMatching(database, others, sql<number>`floor(template.rating)::int`).as('t'))
        .select((eb) => ['t.sortValue as stars', eb.fn.countAll<number>().as('templateCount')])
        .where('t.sortValue', 'is not', null)
        .groupBy('t.sortValue'),
    valuesOf(others, currencyOf(context, filter)),
  )
  return RATINGS.map((minRating) => ({
    minRating,
    templateCount: rows.reduce((sum, { stars, templateCount }) => sum + (stars >= minRating ? templateCount : 0), 0),
  }))
}

const currencyOf = ({ catalog }: CatalogContext, filter: TemplateFilter): string =>
  currencyOfFilter(filter) ?? catalog.current().currency

const countsByCategory = createCompiledQueries<CategoryCount>()
const priceCounts = createCompiledQueries<{ band: number; templateCount: number; lowest: number; highest: number }>()
const starCounts = createCompiledQueries<{ stars: number; templateCount: number }>()
