import { marginMetrics } from './margin.js'
import { recurringMetrics } from './recurring-revenue.js'
import { packMetrics, salesMetrics } from './sales.js'
import { churnMetrics, trialMetrics } from './subscribers.js'

/** Figures of sales and subscriptions, by name. */
export const billingMetrics = {
  ...salesMetrics,
  ...packMetrics,
  ...recurringMetrics,
  ...churnMetrics,
  ...trialMetrics,
  ...marginMetrics,
}
