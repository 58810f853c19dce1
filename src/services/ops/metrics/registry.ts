import { compedMetrics } from '#services/entitlements/metrics/comped-plans.js'
import { balanceMetrics, expiryMetrics, usageMetrics } from '#services/entitlements/metrics/credits.js'
import { earningsMetrics, installMetrics } from '#services/marketplace/metrics/earnings.js'
import { USUAL_INTERVALS, type Metric } from '#services/entitlements/metrics/metric.js'
import { recurringMetrics } from '#services/billing/metrics/recurring-revenue.js'
import { packMetrics, salesMetrics } from '#services/billing/metrics/sales.js'
import { churnMetrics, trialMetrics } from '#services/billing/metrics/subscribers.js'

/** Every figure by its name. The schema, the CSV files and the routes follow. */
export const METRICS = {
  ...salesMetrics,
  ...packMetrics,
  ...recurringMetrics,
  ...churnMetrics,
  ...trialMetrics,
  ...usageMetrics,
  ...expiryMetrics,
  ...balanceMetrics,
  ...compedMetrics,
  ...earningsMetrics,
  ...installMetrics,
} satisfies Record<string, Metric>
export type MetricName = keyof typeof METRICS

/** Words for the owner of figures. */
export const OWNER_NAMES = { INSTALLATION: 'the installation', ACCOUNT: 'an account', VENDOR: 'a vendor' } as const

/** Definition of each metric with the owners, groups and unusual intervals that it supports. */
export const METRIC_TEXTS = Object.fromEntries(
  Object.entries<Metric>(METRICS).map(([name, metric]) => [
    name,
    [metric.definition, ...metric.sources.map((source) => supportText(metric, source))].join(' '),
  ]),
) as Record<MetricName, string>

function supportText(metric: Metric, source: Metric['sources'][number]): string {
  const { always, groups, intervals } = supportOf(metric, source)
  const isUsual = intervals.join() === USUAL_INTERVALS.join()
  return [
    `Of ${OWNER_NAMES[source.scope]}`,
    ...(always.length > 0 ? [`always by ${always.join(' and ')}`] : []),
    ...(groups.length > 0 ? [`on request by ${groups.join(', ')}`] : []),
    ...(isUsual ? [] : [`with ${intervals.join(', ')}`]),
  ]
    .join(', ')
    .concat('.')
}

/** Pure: groups and intervals of a metric in one of its sources. */
export function supportOf(metric: Metric, { always = [], groups, intervals }: Metric['sources'][number]) {
  return { always, groups: metric.groups ?? groups, intervals: metric.intervals ?? intervals }
}
