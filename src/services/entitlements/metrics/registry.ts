import { compedMetrics } from './comped-plans.js'
import { balanceMetrics, expiryMetrics, usageMetrics } from './credits.js'
import { METRIC_GROUPS, USUAL_INTERVALS, type Metric, type MetricGroup } from './metric.js'

declare module '#services/kernel/context/declared.js' {
  interface Declared {
    /** Figures of the modules, by name. */
    readonly metrics: Readonly<Record<string, Metric>>
  }
}

/** Figures of what accounts have and use, by name. */
export const entitlementMetrics = {
  ...usageMetrics,
  ...expiryMetrics,
  ...balanceMetrics,
  ...compedMetrics,
} satisfies Record<string, Metric>

/** Words for the owner of figures. */
export const OWNER_NAMES = { INSTALLATION: 'the installation', ACCOUNT: 'an account', VENDOR: 'a vendor' } as const

/** Definition of each metric with the owners, groups and unusual intervals that it supports. */
export const metricTexts = <Name extends string>(metrics: Readonly<Record<Name, Metric>>): Record<Name, string> =>
  Object.fromEntries(
    Object.entries<Metric>(metrics).map(([name, metric]) => [
      name,
      [metric.definition, ...metric.sources.map((source) => supportText(metric, source))].join(' '),
    ]),
  ) as Record<Name, string>

/** Texts of the groups by which metrics are split. */
export function metricGroupTexts(metrics: Readonly<Record<string, Metric>>): Partial<Record<MetricGroup, string>> {
  const groups = Object.values(metrics).flatMap((metric) =>
    metric.sources.flatMap((source) => {
      const { always, groups: onRequest } = supportOf(metric, source)
      return [...always, ...onRequest]
    }),
  )
  return Object.fromEntries(groups.map((group) => [group, METRIC_GROUPS[group]]))
}

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
