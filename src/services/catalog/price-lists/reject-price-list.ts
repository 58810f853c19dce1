import type { PriceListRow } from '#entities/catalog/price-list.entity.js'
import { validateReason } from '#services/kernel/denials/validate-reason.js'
import { denied, type Denied } from '#services/kernel/result/denied.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { decidePriceList } from './decide-price-list.js'

/** Rejects the changes of a price list. The feed does not propose the same changes again. */
export async function rejectPriceList(
  context: CatalogContext,
  id: string,
  given: string,
): Promise<PriceListRow | Denied> {
  const reason = given.trim()
  const problem = validateReason(reason)
  if (problem) return denied(problem)
  return decidePriceList(context, id, { status: 'REJECTED', reason })
}
