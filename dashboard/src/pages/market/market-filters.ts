import type { TemplateFilter, TemplateOrder } from '@stackgate/client'
import { marketWords } from '../../words/en/market.js'

export const ORDERS = Object.keys(marketWords.orders) as TemplateOrder[]
export const PRICES = ['all', 'free', 'paid'] as const

/** Filters of the marketplace. They are the address of the page. */
export interface MarketFilters {
  readonly search: string
  readonly category: string
  readonly price: (typeof PRICES)[number]
  readonly order: TemplateOrder
  readonly tags: readonly string[]
}

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 200) : ''

/** Reads the filters of an address. Unknown values are the defaults. */
export function filtersOf(search: Readonly<Record<string, unknown>>): MarketFilters {
  const price = PRICES.find((each) => each === search['price']) ?? 'all'
  const tags = text(search['tags']).split(',').filter(Boolean).slice(0, 10)
  const words = text(search['search'])
  const order = ORDERS.find((each) => each === search['order']) ?? (words ? 'RELEVANCE' : 'POPULAR')
  return { search: words, category: text(search['category']), price, order, tags }
}

/** Search parameters of filters. Defaults are left out, so that equal pages have equal addresses. */
export function searchOf(filters: MarketFilters): Record<string, string | undefined> {
  const { search, category, price, order, tags } = filters
  return {
    search: search || undefined,
    category: category || undefined,
    price: price === 'all' ? undefined : price,
    order: order === (search ? 'RELEVANCE' : 'POPULAR') ? undefined : order,
    tags: tags.join(',') || undefined,
  }
}

/** Filter of the operation. */
export function templateFilter({ search, category, price, tags }: MarketFilters): TemplateFilter {
  return {
    ...(search ? { search } : {}),
    ...(category ? { category } : {}),
    ...(price === 'all' ? {} : { paid: price === 'paid' }),
    ...(tags.length > 0 ? { tags: [...tags] } : {}),
  }
}

/** Number of filters that are set, apart from the order. */
export const filterCount = ({ search, category, price, tags }: MarketFilters): number =>
  [search, category, price === 'all' ? '' : price].filter(Boolean).length + tags.length
