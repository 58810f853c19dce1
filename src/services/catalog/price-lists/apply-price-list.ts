import type { PriceListRow } from '#entities/catalog/price-list.entity.js'
import type { Denied } from '#services/kernel/result/denied.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { decidePriceList } from './decide-price-list.js'

/** Applies the changes of a price list from now on. Reservations keep the prices of their time. */
export const applyPriceList = (context: CatalogContext, id: string): Promise<PriceListRow | Denied> =>
  decidePriceList(context, id, { status: 'APPLIED' })
