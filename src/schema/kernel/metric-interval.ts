import { METRIC_INTERVALS } from '#services/kernel/clock/partial-periods.js'
import { enumType } from './decorators.js'

export const MetricInterval = enumType(
  'MetricInterval',
  'Periods of a figure. The first and the last can be parts of one. Figures that do not name others support DAY, WEEK, MONTH and RANGE.',
  METRIC_INTERVALS,
)
export type MetricInterval = keyof typeof MetricInterval
