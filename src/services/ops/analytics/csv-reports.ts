import { toDecimal } from '#services/kernel/money/money.js'
import { roundedQuotient } from '#services/kernel/money/rounded-quotient.js'
import type { Table } from '#services/kernel/files/table.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { requireOperator } from '#services/identity/model/guard.js'
import { CHURN_DEFINITION, churn } from './churn.js'
import { compedPlans } from './comped-plans.js'
import { creditAnalytics } from './credit-analytics.js'
import { packagePerformance } from './package-performance.js'
import { recurringRevenue } from './recurring-revenue.js'
import { revenue } from './revenue.js'
import { trialConversion } from './trial-conversion.js'
import { userCreditSummary } from './user-credit-summary.js'

/** Parameters of a report. */
export interface ReportRequest {
  readonly from?: Date | null
  readonly to?: Date | null
  readonly by?: 'DAY' | 'MONTH' | null
}

type MakeReport = (context: CatalogContext, request: ReportRequest) => Promise<Table>

const decimal = (amountMinor: number, currency: string): string => toDecimal({ amountMinor, currency })

/** A report by the name of its file, for operators. */
export async function csvReport(context: CatalogContext, name: string, request: ReportRequest): Promise<Table> {
  requireOperator(context, 'ops:read')
  if (!Object.hasOwn(REPORTS, name))
    throw new AppError(
      'NOT_FOUND',
      `Report '${name}' not found. Available reports: ${Object.keys(REPORTS).join(', ')}.`,
    )
  return REPORTS[name]!(context, request)
}

/** Every report, by the name of its file. */
const REPORTS: Readonly<Record<string, MakeReport>> = {
  'package-performance': async (context, request) => {
    // Reads the first page before anything is sent, so that an invalid range gets an error.
    const first = await packagePerformance(context, request, { first: ROWS_AT_ONCE, after: null })
    return { columns: PERFORMANCE_COLUMNS, rows: performanceRows(context, request, first) }
  },
  revenue: async (context, request) => ({
    columns: ['from', 'to', 'currency', 'purchases', 'revenue', 'gross', 'taken_back'],
    rows: (await revenue(context, request)).map((row) => [
      row.begins.toISOString(),
      row.ends.toISOString(),
      row.currency,
      row.purchases,
      decimal(row.revenueMinor, row.currency),
      decimal(row.grossMinor, row.currency),
      decimal(row.reversedMinor, row.currency),
    ]),
  }),
  'comped-plans': async (context) => ({
    columns: ['plan', 'accounts', 'quantity', 'list_per_month', 'currency'],
    rows: (await compedPlans(context)).map(({ plan, accounts, quantity, listPerMonth }) => [
      plan.code,
      accounts,
      quantity,
      listPerMonth ? toDecimal(listPerMonth) : null,
      listPerMonth?.currency ?? null,
    ]),
  }),
  'recurring-revenue': async (context, request) => ({
    columns: ['from', 'to', 'currency', 'plan', 'accounts', 'mrr', 'arr_at_start', ...MOVEMENTS, 'arr'],
    rows: (await recurringRevenue(context, { ...request, byPlan: true })).map((point) => [
      point.range.from.toISOString(),
      point.range.to.toISOString(),
      point.currency,
      context.catalog.current().planById.get(point.planId ?? '')?.code ?? '',
      point.accounts,
      decimal(roundedQuotient(point.closingMinor, 12), point.currency),
      decimal(point.openingMinor, point.currency),
      ...MOVEMENTS.map((name) => decimal(point[name].yearlyMinor, point.currency)),
      decimal(point.closingMinor, point.currency),
    ]),
  }),
  'trial-conversion': async (context, request) => ({
    columns: ['from', 'to', 'started', 'converted', 'running', 'lost', 'conversion_rate'],
    rows: (await trialConversion(context, request)).map(({ range, started, converted, running, lost, rate }) => [
      range.from.toISOString(),
      range.to.toISOString(),
      started,
      converted,
      running,
      lost,
      rate,
    ]),
  }),
  churn: async (context, request) => ({
    columns: ['from', 'to', 'start_count', 'lost', 'rate', 'definition'],
    rows: (await churn(context, { ...request, by: request.by === 'MONTH' ? 'MONTH' : 'RANGE' })).map(
      ({ startCount, lost, rate, range }) => [
        range.from.toISOString(),
        range.to.toISOString(),
        startCount,
        lost,
        rate,
        CHURN_DEFINITION,
      ],
    ),
  }),
  'credit-packs': async (context, request) => ({
    columns: ['package', 'name', 'purchases'],
    rows: (await creditAnalytics(context, request)).popularPacks.map(({ sold, purchases }) => [
      sold.code,
      sold.name,
      purchases,
    ]),
  }),
  'usage-by-plan': async (context, request) => ({
    columns: ['plan', 'feature', 'used'],
    rows: (await creditAnalytics(context, request)).usageByPlan.map(({ plan, feature, used }) => [
      plan.code,
      feature.code,
      used,
    ]),
  }),
  'user-credit-summary': async (context) => {
    // Reads the first page before anything is sent, so that a caller without permission gets an error.
    const first = await userCreditSummary(context, { first: ROWS_AT_ONCE, after: null })
    return { columns: SUMMARY_COLUMNS, rows: summaryRows(context, first) }
  },
}

const MOVEMENTS = ['new', 'expansion', 'contraction', 'churned', 'reactivated'] as const
const ROWS_AT_ONCE = 1_000
const SUMMARY_COLUMNS = [
  'account',
  'name',
  'feature',
  'granted',
  'used',
  'reserved',
  'expired',
  'revoked',
  'remaining',
  'next_expiry',
]

const PERFORMANCE_COLUMNS = [
  'product',
  'type',
  'currency',
  'purchases',
  'revenue',
  'gross',
  'taken_back',
  'average',
  'trend_30_days',
  'conversion_rate',
]

async function* performanceRows(
  context: CatalogContext,
  request: ReportRequest,
  first: Awaited<ReturnType<typeof packagePerformance>>,
): AsyncGenerator<readonly unknown[]> {
  const { productById } = context.catalog.current()
  for (let page = first; ;) {
    for (const row of page.items)
      yield [
        productById.get(row.productId)?.code ?? row.productId,
        productById.get(row.productId)?.type ?? '',
        row.currency,
        row.purchases,
        decimal(row.revenueMinor, row.currency),
        decimal(row.grossMinor, row.currency),
        decimal(row.reversedMinor, row.currency),
        decimal(row.averageMinor, row.currency),
        row.trend30Days,
        row.conversionRate,
      ]
    if (!page.hasNextPage) return
    page = await packagePerformance(context, request, { first: ROWS_AT_ONCE, after: page.cursors.at(-1)! })
  }
}

async function* summaryRows(
  context: CatalogContext,
  first: Awaited<ReturnType<typeof userCreditSummary>>,
): AsyncGenerator<readonly unknown[]> {
  for (let page = first; ;) {
    const accounts = await context.database.query
      .selectFrom('account')
      .select(['id', 'kind', 'externalId', 'name'])
      .where(
        'id',
        'in',
        page.items.map(({ accountId }) => accountId),
      )
      .execute()
    const byId = new Map(accounts.map((account) => [account.id, account]))
    for (const row of page.items) {
      const { kind = '', externalId = '', name = '' } = byId.get(row.accountId) ?? {}
      const { feature, granted, used, reserved, expired, revoked, remaining, nextExpiry } = row
      yield [
        `${kind.toLowerCase()}:${externalId}`,
        name,
        feature,
        granted,
        used,
        reserved,
        expired,
        revoked,
        remaining,
        nextExpiry?.toISOString() ?? '',
      ]
    }
    if (!page.hasNextPage) return
    page = await userCreditSummary(context, { first: ROWS_AT_ONCE, after: page.cursors.at(-1)! })
  }
}
