import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { readMetrics, type MetricSeries, type MetricsRequest } from '#services/entitlements/metrics/read-metrics.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import { requireVendorAccess } from '../model/vendor.js'

/** Figures of a vendor. Requires the vendor or an operator. */
export async function vendorMetrics(
  context: CatalogContext,
  vendor: { readonly id: string; readonly accountId: string | null },
  request: MetricsRequest,
  page: PageRequest,
): Promise<Page<MetricSeries>> {
  await requireVendorAccess(context, vendor)
  return readMetrics(context, { scope: 'VENDOR', id: vendor.id }, request, page)
}
