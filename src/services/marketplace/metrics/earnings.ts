import {
  countInstalls,
  sumEarnings,
  sumEarningsByTemplate,
  type EarningsSums,
  type PeriodEarnings,
} from '#services/marketplace/earnings/earnings.sql.js'
import {
  USUAL_INTERVALS,
  metricsOf,
  pageOfGroups,
  rowsByPeriod,
  sumRows,
  type GroupRows,
  type MetricSource,
} from '#services/entitlements/metrics/metric.js'

interface Earnings extends EarningsSums {
  /** Balance at the end of the period. */
  readonly payableMinor: number
}

const NAMES = ['sales', 'grossMinor', 'shareMinor', 'clawedBackMinor', 'paidOutMinor', 'changeMinor'] as const
const NONE = sumRows<(typeof NAMES)[number]>([], NAMES)

const earnings: MetricSource<Earnings> = {
  name: 'earnings',
  scope: 'VENDOR',
  groups: ['TEMPLATE'],
  intervals: USUAL_INTERVALS,
  isPerCurrency: true,
  read: async ({ database }, request) => {
    const { bounds, ownerId: vendorId } = request
    const byTemplate = request.groupBy.includes('TEMPLATE')
    const rows: readonly (PeriodEarnings & { readonly templateId: string | null })[] = byTemplate
      ? await database.rows(sumEarningsByTemplate, { vendorId, bounds })
      : (await database.rows(sumEarnings, { vendorId, bounds })).map((row) => ({ ...row, templateId: null }))
    const series = Map.groupBy(rows, ({ templateId, currency }) => JSON.stringify([templateId, currency]))
    const groups = [...series.values()].map((ofOne): GroupRows<Earnings> => {
      const { templateId, currency } = ofOne[0]!
      let payableMinor = ofOne.find(({ period }) => period === 0)?.changeMinor ?? 0
      const points = rowsByPeriod<EarningsSums & { readonly period: number }, EarningsSums>(ofOne, request, NONE).map(
        (row) => ({ ...row, payableMinor: (payableMinor += row.changeMinor) }),
      )
      return {
        key: [templateId ?? '', currency],
        groups: byTemplate ? { TEMPLATE: templateId } : {},
        currency,
        points,
        total: { ...sumRows(points, NAMES), payableMinor },
      }
    })
    return pageOfGroups(groups, request)
  },
}

const { number, money } = metricsOf(earnings)
const OF_VENDOR = { groups: [] }

export const earningsMetrics = {
  EARNINGS_GROSS: money('Sales in the period, without tax.', ({ grossMinor }) => grossMinor),
  EARNINGS_SHARE: money("The vendor's share of the sales, before clawbacks.", ({ shareMinor }) => shareMinor),
  EARNINGS_CLAWED_BACK: money(
    'Clawbacks in the period, minus reversed clawbacks.',
    ({ clawedBackMinor }) => clawedBackMinor,
  ),
  EARNINGS_NET: money(
    "The vendor's share of the sales minus the clawbacks of the period.",
    ({ shareMinor, clawedBackMinor }) => shareMinor - clawedBackMinor,
  ),
  EARNINGS_PAID_OUT: money(
    'Payouts in the period, minus returned payouts.',
    ({ paidOutMinor }) => paidOutMinor,
    OF_VENDOR,
  ),
  EARNINGS_PAYABLE: money(
    'Balance at the end of the period. Negative if more was clawed back than earned.',
    ({ payableMinor }) => payableMinor,
    OF_VENDOR,
  ),
  TEMPLATE_SALES: number('Number of sales and renewals in the period.', ({ sales }) => sales),
}

const installs: MetricSource<{ readonly installs: number }> = {
  name: 'installs',
  scope: 'VENDOR',
  always: ['TEMPLATE'],
  groups: [],
  intervals: USUAL_INTERVALS,
  isPerCurrency: false,
  read: async ({ database }, request) => {
    const rows = await database.rows(countInstalls, { vendorId: request.ownerId, bounds: request.bounds })
    const groups = [...Map.groupBy(rows, ({ templateId }) => templateId)].map(([templateId, ofTemplate]) => ({
      key: [templateId],
      groups: { TEMPLATE: templateId },
      currency: null,
      points: rowsByPeriod(ofTemplate, request, { installs: 0 }),
      total: sumRows(ofTemplate, ['installs']),
    }))
    return pageOfGroups<{ readonly installs: number }>(groups, request)
  },
}

export const installMetrics = {
  TEMPLATE_INSTALLS: metricsOf(installs).number(
    'Number of deployments of each template in the period, the oldest template first.',
    (row) => row.installs,
  ),
}
