import { sql } from 'kysely'
import type { PriceListRow } from '#entities/catalog/price-list.entity.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { requireInstallation } from '#services/identity/model/installation-access.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'

export interface PriceListFilter {
  readonly feature?: string | null
  readonly statuses?: readonly PriceListRow['status'][] | null
}

/** Changes of prices that feeds proposed, newest first. Operators only. */
export async function priceLists(
  context: CatalogContext,
  { feature = null, statuses = null }: PriceListFilter,
  request: PageRequest,
): Promise<Page<PriceListRow>> {
  requireInstallation(context, 'ops:read')
  return readRows(
    request,
    JSON.stringify(['price lists', feature, statuses]),
    context.database.query
      .selectFrom('price_list')
      .selectAll()
      .$if(feature !== null, (query) => query.where('feature', '=', feature!))
      .$if(statuses !== null, (query) =>
        query.where('status', '=', sql<PriceListRow['status']>`any(${[...statuses!]})`),
      ),
  )
}

export const priceListsByIds = ({ query }: Sql, ids: readonly string[]): Promise<PriceListRow[]> =>
  query.selectFrom('price_list').selectAll().where('id', 'in', ids).execute()
