import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { metricRows, type MetricRow } from '#services/entitlements/metrics/metric-rows.js'
import type { MetricsRequest } from '#services/entitlements/metrics/read-metrics.js'
import { requireOperator } from '#services/identity/model/guard.js'

/** Sales of so many products and currencies since the beginning, highest revenue of a currency first. Operators only. */
export async function productPerformance(context: CatalogContext, limit: number): Promise<MetricRow[]> {
  requireOperator(context, 'ops:read')
  const rows: MetricRow[] = []
  for await (const row of metricRows(context, { ...PRODUCTS, interval: 'RANGE' })) {
    if (rows.length === limit) break
    rows.push(row)
  }
  return rows
}

const PRODUCTS: Pick<MetricsRequest, 'metrics' | 'groupBy'> = {
  metrics: ['PURCHASES', 'REVENUE', 'AVERAGE_PURCHASE', 'REVENUE_TREND', 'CHECKOUT_CONVERSION_RATE'],
  groupBy: ['PRODUCT'],
}
