import type DataLoader from 'dataloader'
import type { PriceListRow } from '#entities/catalog/price-list.entity.js'
import { priceListsByIds } from '#services/catalog/price-lists/price-lists.js'
import { byId } from '../batch.js'
import type { LoaderMakers } from '../loaders.js'

/** Loaders of what the catalog stores in addition to its snapshot. */
export interface CatalogLoaders {
  readonly priceList: DataLoader<string, PriceListRow | null>
}

declare module '../loaders.js' {
  interface Loaders extends CatalogLoaders {}
}

export const catalogLoaders: LoaderMakers<CatalogLoaders> = {
  priceList: ({ database: sql }) => byId((ids) => priceListsByIds(sql, ids)),
}
