import { countChurn, type Churn } from '#services/billing/analytics/churn.sql.js'
import { trialOutcomes } from '#services/billing/analytics/recurring-revenue.sql.js'
import {
  USUAL_INTERVALS,
  metricsOf,
  pageOfGroups,
  rowsByPeriod,
  sumRows,
  type GroupRows,
  type MetricSource,
} from '#services/entitlements/metrics/metric.js'

/** Key of the only group. */
const ALL = ['all']

const churn: MetricSource<Churn> = {
  name: 'churn',
  scope: 'INSTALLATION',
  groups: [],
  intervals: ['MONTH', 'RANGE'],
  maxPeriods: 200,
  isPerCurrency: false,
  read: async ({ database }, request) => {
    // The whole range comes last.
    const ranges = [...request.periods, { from: request.periods[0]!.from, to: request.periods.at(-1)!.to }]
    const rows = await database.rows(countChurn, {
      starts: ranges.map(({ from }) => from),
      ends: ranges.map(({ to }) => to),
    })
    const group: GroupRows<Churn> = {
      key: ALL,
      groups: {},
      currency: null,
      points: rows.slice(0, -1),
      total: rows.at(-1)!,
    }
    return pageOfGroups([group], request)
  },
}

const ofChurn = metricsOf(churn)

export const churnMetrics = {
  SUBSCRIBERS_AT_START: ofChurn.number(
    'Number of accounts that held a plan by a paid subscription at the start of the period. A trial is none.',
    ({ startCount }) => startCount,
  ),
  SUBSCRIBERS_LOST: ofChurn.number(
    'Number of accounts that held a plan by a paid subscription at the start of the period and hold none at its end. Another plan, and a gap that is over by the end, is no loss.',
    ({ lost }) => lost,
  ),
  CHURN_RATE: ofChurn.number(
    'Share of the accounts that held a plan by a paid subscription at `from` (a trial is none) and hold none at `to`, 0–1. Another plan, and a gap that is over by `to`, is no loss; who came after `from` is not counted. Zero without accounts.',
    ({ startCount, lost }) => (startCount === 0 ? 0 : lost / startCount),
  ),
}

/** Trials by their outcome until now. */
interface Trials {
  readonly started: number
  readonly converted: number
  readonly running: number
}

const OUTCOMES = ['started', 'converted', 'running'] as const

const trials: MetricSource<Trials> = {
  name: 'trials',
  scope: 'INSTALLATION',
  groups: [],
  intervals: USUAL_INTERVALS,
  isPerCurrency: false,
  read: async ({ database }, request) => {
    const rows = await database.rows(trialOutcomes, { bounds: request.bounds })
    const points = rowsByPeriod<Trials & { readonly period: number }, Trials>(rows, request, sumRows([], OUTCOMES))
    const group: GroupRows<Trials> = { key: ALL, groups: {}, currency: null, points, total: sumRows(points, OUTCOMES) }
    return pageOfGroups([group], request)
  },
}

const ofTrials = metricsOf(trials)

export const trialMetrics = {
  TRIALS_STARTED: ofTrials.number('Number of trials that started in the period.', ({ started }) => started),
  TRIALS_CONVERTED: ofTrials.number(
    'Number of the trials that started in the period and that a paid subscription followed.',
    ({ converted }) => converted,
  ),
  TRIALS_RUNNING: ofTrials.number(
    'Number of the trials that started in the period and that still run.',
    ({ running }) => running,
  ),
  TRIALS_LOST: ofTrials.number(
    'Number of the trials that started in the period and that ended without a paid subscription.',
    ({ started, converted, running }) => started - running - converted,
  ),
  TRIAL_CONVERSION_RATE: ofTrials.number(
    'Trials of the period that a paid subscription followed, divided by those that have ended, 0–1. None if none has ended.',
    ({ started, converted, running }) => (started === running ? null : converted / (started - running)),
  ),
}
