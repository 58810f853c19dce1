import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { Table } from '#services/kernel/files/table.js'
import { toDecimal } from '#services/kernel/money/money.js'
import { entitlementAccount } from '#services/entitlements/model/visible-entitlements.js'
import { readMetrics, type MetricsRequest, type MetricSeries } from './read-metrics.js'

const GROUPS_AT_ONCE = 1_000

/** Usage of an account and its cost as a table: a row for each group, currency and period. Requires permission to read its entitlements. */
export async function usageCsv(
  context: CatalogContext,
  account: string | undefined,
  request: Omit<MetricsRequest, 'metrics'>,
): Promise<Table> {
  const { id } = await entitlementAccount(context, account)
  const groupBy = request.groupBy ?? []
  const read = (after: string | null) =>
    readMetrics(
      context,
      { scope: 'ACCOUNT', id },
      { ...request, metrics: ['USAGE', 'USAGE_COST'] },
      { first: GROUPS_AT_ONCE, after },
    )
  // Reads the first page before anything is sent, so that an invalid range gets an error.
  const first = await read(null)
  const names = ['FEATURE', ...groupBy.filter((group) => group !== 'FEATURE')] as const
  const rows = async function* (): AsyncGenerator<readonly unknown[]> {
    for (let page = first; ; page = await read(page.cursors.at(-1)!)) {
      for (const series of page.items) yield* rowsOf(series, names)
      if (!page.hasNextPage) return
    }
  }
  return {
    columns: [...names.map((name) => name.toLowerCase()), 'from', 'to', 'used', 'cost', 'currency'],
    rows: rows(),
  }
}

function* rowsOf({ metric, groups, points, currency }: MetricSeries, names: readonly string[]) {
  const values = names.map((name) => groups.find(({ group }) => group === name)?.value ?? '')
  for (const { range, value } of points) {
    const isCost = metric === 'USAGE_COST'
    yield [
      ...values,
      range.from.toISOString(),
      range.to.toISOString(),
      isCost ? '' : value,
      isCost ? toDecimal({ amountMinor: value ?? 0, currency: currency! }) : '',
      currency ?? '',
    ]
  }
}
