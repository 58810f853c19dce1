import type { CatalogSnapshot } from '../snapshot/catalog-snapshot.js'

/** Pure: currencies in which the catalog sells, its default first. */
export function soldCurrencies({ currency, priceById }: Pick<CatalogSnapshot, 'currency' | 'priceById'>): string[] {
  const sold = [...priceById.values()].filter(({ active }) => active).map(({ money }) => money.currency)
  return [...new Set([currency, ...sold.toSorted()])]
}
