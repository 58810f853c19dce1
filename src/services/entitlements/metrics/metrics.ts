import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { requireEntitlements } from '../model/visible-entitlements.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import { readMetrics, type MetricSeries, type MetricsRequest } from './read-metrics.js'

/** Figures of the installation. Operators only. */
export async function metrics(
  context: CatalogContext,
  request: MetricsRequest,
  page: PageRequest,
): Promise<Page<MetricSeries>> {
  return readMetrics(context, { scope: 'INSTALLATION', id: '' }, request, page)
}

/** Figures of an account. Requires permission to read its entitlements. */
export const accountMetrics = (
  context: CatalogContext,
  accountId: string,
  request: MetricsRequest,
  page: PageRequest,
): Promise<Page<MetricSeries>> =>
  requireEntitlements(context, accountId, (id) => readMetrics(context, { scope: 'ACCOUNT', id }, request, page))
