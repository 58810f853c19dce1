import type { CatalogContext } from '#services/catalog/catalog-context.js'
import {
  byPeriod,
  currency,
  from,
  metricReport,
  ofRange,
  plan,
  to,
  type MakeReport,
} from '#services/entitlements/metrics/csv-report.js'
import type { MetricRow } from '#services/entitlements/metrics/metric-rows.js'
import { periodStart } from '#services/kernel/clock/partial-periods.js'
import { churnMetrics } from './subscribers.js'

const daysBefore = (days: number) => (end: Date) => new Date(end.getTime() - days * 86_400_000)
const productOf = ({ groups }: MetricRow, { catalog }: CatalogContext) =>
  catalog.current().productById.get(groups.PRODUCT ?? '')

/** Reports about sales. */
export const salesReports: Readonly<Record<string, MakeReport>> = {
  'package-performance': metricReport({
    groupBy: ['PRODUCT'],
    interval: ofRange,
    columns: {
      product: (row, context) => productOf(row, context)?.code ?? row.groups.PRODUCT,
      type: (row, context) => productOf(row, context)?.type ?? '',
      currency,
      purchases: 'PURCHASES',
      revenue: 'REVENUE',
      gross: 'GROSS',
      taken_back: 'REVERSED',
      average: 'AVERAGE_PURCHASE',
      trend_30_days: 'REVENUE_TREND',
      conversion_rate: 'CHECKOUT_CONVERSION_RATE',
    },
  }),
  revenue: metricReport({
    interval: byPeriod,
    from: daysBefore(365),
    keeps: (rows) => rows.some(({ values }) => values.PURCHASES! > 0),
    columns: {
      // Whole periods, although the first and the last are counted in part.
      from: ({ range }, _, by) => periodStart(range.from, by, 0).toISOString(),
      to: ({ range }, _, by) => periodStart(range.from, by, 1).toISOString(),
      currency,
      purchases: 'PURCHASES',
      revenue: 'REVENUE',
      gross: 'GROSS',
      taken_back: 'REVERSED',
    },
  }),
  'recurring-revenue': metricReport({
    groupBy: ['PLAN'],
    interval: byPeriod,
    columns: {
      from,
      to,
      currency,
      plan,
      accounts: 'PAYING_ACCOUNTS',
      mrr: 'MRR',
      arr_at_start: 'ARR_AT_START',
      new: 'ARR_NEW',
      expansion: 'ARR_EXPANSION',
      contraction: 'ARR_CONTRACTION',
      churned: 'ARR_CHURNED',
      reactivated: 'ARR_REACTIVATED',
      arr: 'ARR',
    },
  }),
  cohorts: metricReport({
    groupBy: ['COHORT'],
    interval: () => 'MONTH',
    keepsRow: ({ values }) => values.ACQUIRED_ACCOUNTS! > 0,
    columns: {
      cohort: ({ groups }) => groups.COHORT,
      from,
      to,
      currency,
      acquired_accounts: 'ACQUIRED_ACCOUNTS',
      accounts: 'PAYING_ACCOUNTS',
      acquired_mrr: 'ACQUIRED_MRR',
      mrr: 'MRR',
    },
  }),
  margin: metricReport({
    groupBy: ['ACCOUNT', 'PLAN'],
    interval: ofRange,
    columns: {
      account: ({ groups }) => groups.ACCOUNT,
      plan,
      currency,
      revenue: 'RECOGNIZED_REVENUE',
      margin: 'MARGIN',
      margin_rate: 'MARGIN_RATE',
      unknown_costs: 'MARGIN_UNKNOWN_COSTS',
    },
  }),
  'trial-conversion': metricReport({
    interval: byPeriod,
    columns: {
      from,
      to,
      started: 'TRIALS_STARTED',
      converted: 'TRIALS_CONVERTED',
      running: 'TRIALS_RUNNING',
      lost: 'TRIALS_LOST',
      conversion_rate: 'TRIAL_CONVERSION_RATE',
    },
  }),
  churn: metricReport({
    interval: (by) => (by === 'MONTH' ? 'MONTH' : 'RANGE'),
    from: (end, by) => (by === 'MONTH' ? null : daysBefore(30)(end)),
    columns: {
      from,
      to,
      start_count: 'SUBSCRIBERS_AT_START',
      lost: 'SUBSCRIBERS_LOST',
      rate: 'CHURN_RATE',
      definition: () => churnMetrics.CHURN_RATE.definition,
    },
  }),
  'credit-packs': metricReport({
    interval: ofRange,
    columns: {
      package: (row, context) => productOf(row, context)?.code,
      name: (row, context) => productOf(row, context)?.name,
      purchases: 'CREDIT_PACKS_SOLD',
    },
  }),
}
