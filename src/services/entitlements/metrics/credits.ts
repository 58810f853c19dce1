import { sql } from 'kysely'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { sumExpiredCredits, sumUsageByPlan } from '../analytics/analytics.sql.js'
import { splitDateRangeParameters } from '#services/entitlements/analytics/split-date-range.js'
import {
  USUAL_INTERVALS,
  metricsOf,
  pageOfGroups,
  rowsByPeriod,
  sumRows,
  type GroupRows,
  type MetricSource,
  type SourceRequest,
} from './metric.js'
import {
  centsOf,
  costOfAccount,
  mainPlanParameters,
  spentOfAccount,
  spentOfAll,
  usageOfAccount,
  type Spent,
} from './usage.js'

interface Expired {
  readonly granted: number
  readonly expired: number
}

const EXPIRED = ['granted', 'expired'] as const

const expiry: MetricSource<Expired> = {
  name: 'expiry',
  scope: 'INSTALLATION',
  always: ['FEATURE'],
  groups: [],
  intervals: USUAL_INTERVALS,
  isPerCurrency: false,
  read: async ({ database }, request) => {
    const rows = await database.rows(sumExpiredCredits, {
      ...splitDateRangeParameters(request.range),
      bounds: request.bounds,
    })
    const groups = [...Map.groupBy(rows, ({ feature }) => feature)].map(([feature, ofFeature]) => ({
      key: [feature],
      groups: { FEATURE: feature },
      currency: null,
      points: rowsByPeriod<Expired & { readonly period: number }, Expired>(ofFeature, request, sumRows([], EXPIRED)),
      total: sumRows(ofFeature, EXPIRED),
    }))
    return pageOfGroups<Expired>(groups, request)
  },
}

const ofExpiry = metricsOf(expiry)

export const expiryMetrics = {
  CREDITS_REACHED_EXPIRY: ofExpiry.units(
    'Credits whose expiry passed in the period, without revoked ones.',
    ({ granted }) => granted,
  ),
  CREDITS_EXPIRED_UNUSED: ofExpiry.units(
    'The part of the credits whose expiry passed in the period that expired unused.',
    ({ expired }) => expired,
  ),
  CREDIT_EXPIRY_RATE: ofExpiry.number(
    'Share of the credits whose expiry passed in the period that expired unused, 0–1; revoked credits are not counted. Zero without credits.',
    ({ granted, expired }) => (granted > 0 ? expired / granted : 0),
  ),
}

interface Used {
  readonly used: number
}

const usageOfAll: MetricSource<Used> = {
  name: 'usage',
  scope: 'INSTALLATION',
  always: ['FEATURE'],
  groups: ['PLAN'],
  intervals: USUAL_INTERVALS,
  isPerCurrency: false,
  read: async (context, request) => {
    const catalog = context.catalog.current()
    const byPlan = request.groupBy.includes('PLAN')
    const rows = await context.database.rows(sumUsageByPlan, {
      ...splitDateRangeParameters(request.range),
      bounds: request.bounds,
      byPlan,
      ...mainPlanParameters(catalog),
    })
    const series = Map.groupBy(rows, ({ feature, planCode }) => JSON.stringify([feature, planCode]))
    const groups = [...series.values()].map((ofOne): GroupRows<Used> => {
      const { feature, planCode } = ofOne[0]!
      return {
        key: [feature, planCode ?? ''],
        groups: { FEATURE: feature, ...(byPlan && { PLAN: planCode }) },
        currency: null,
        points: rowsByPeriod(ofOne, request, { used: 0 }),
        total: sumRows(ofOne, ['used']),
      }
    })
    return pageOfGroups(groups, request)
  },
}

const ofSpent = metricsOf<Spent>(spentOfAll, spentOfAccount)
const SPENT_PLAN = 'By plan: the plan that the account had at the end of the day.'

export const usageMetrics = {
  USAGE: metricsOf<Used>(usageOfAll, usageOfAccount).units(
    'Units used, from allowance, credits and overage. Returned units are subtracted. By plan: the plan that the account had at that time.',
    ({ used }) => used,
  ),
  USAGE_COST: metricsOf<Used>(costOfAccount).money(
    'Cost of the units beyond the allowance, at the price of the plan at that time: what invoices charge for them. Allowance, credits and debt have no cost here. Returned units are subtracted.',
    ({ used }) => used,
  ),
  COST: ofSpent.money(
    `Cost of uses for the seller in US dollars, rounded once: the cost that the provider reported, otherwise that of the price list at the time of the use. Uses whose cost is not known are not included: UNKNOWN_COSTS counts them. ${SPENT_PLAN}`,
    ({ cost }) => centsOf(cost),
  ),
  UNKNOWN_COSTS: ofSpent.number(
    `Number of uses whose cost for the seller is not known. ${SPENT_PLAN}`,
    ({ unknown }) => unknown,
  ),
}

/** Credits of an account for one feature, now. */
export interface CreditSummary {
  readonly accountId: string
  readonly feature: string
  readonly granted: number
  readonly used: number
  readonly reserved: number
  readonly expired: number
  readonly revoked: number
  /** Available units. */
  readonly remaining: number
  readonly nextExpiry: Date | null
}

/** One row per account and kind of credits, in the order of accounts. */
export function creditSummaries(
  { clock, database }: Pick<CatalogContext, 'clock' | 'database'>,
  { after, limit, features = null }: Pick<SourceRequest, 'after' | 'limit'> & Partial<Pick<SourceRequest, 'features'>>,
): Promise<CreditSummary[]> {
  const now = clock.now()
  const isUsable = sql<boolean>`revoked_at is null and granted_at <= ${now} and (expires_at is null or expires_at > ${now})`
  const available = sql<number>`amount - used - reserved - expired - revoked`
  return database.query
    .selectFrom('credit_grant')
    .select([
      'accountId',
      'feature',
      sql<number>`sum(amount)::int8`.as('granted'),
      sql<number>`sum(used)::int8`.as('used'),
      sql<number>`sum(reserved)::int8`.as('reserved'),
      sql<number>`sum(expired)::int8`.as('expired'),
      sql<number>`sum(revoked)::int8`.as('revoked'),
      sql<number>`coalesce(sum(${available}) filter (where ${isUsable}), 0)::int8`.as('remaining'),
      sql<Date | null>`min(expires_at) filter (where ${isUsable} and ${available} > 0)`.as('nextExpiry'),
    ])
    .$if(after !== null, (query) => query.where(sql<boolean>`(account_id, feature) > (${after![0]}, ${after![1]})`))
    .$if(features !== null, (query) => query.where('feature', '=', sql<string>`any(${features})`))
    .groupBy(['accountId', 'feature'])
    .orderBy('accountId')
    .orderBy('feature')
    .limit(limit)
    .execute()
}

const balances: MetricSource<CreditSummary> = {
  name: 'balances',
  scope: 'INSTALLATION',
  always: ['ACCOUNT', 'FEATURE'],
  groups: [],
  intervals: ['RANGE'],
  isPerCurrency: false,
  read: async (context, request) =>
    (await creditSummaries(context, request)).map((row) => ({
      key: [row.accountId, row.feature],
      groups: { ACCOUNT: row.accountId, FEATURE: row.feature },
      currency: null,
      points: request.periods.map(() => row),
      total: row,
    })),
}

const ofBalances = metricsOf(balances)
const NOW = 'Now, whatever the range is.'

export const balanceMetrics = {
  CREDITS_GRANTED: ofBalances.units(`Credits ever granted. ${NOW}`, ({ granted }) => granted),
  CREDITS_USED: ofBalances.units(`Credits used. ${NOW}`, ({ used }) => used),
  CREDITS_RESERVED: ofBalances.units(`Credits held by reservations. ${NOW}`, ({ reserved }) => reserved),
  CREDITS_EXPIRED: ofBalances.units(`Credits that expired unused. ${NOW}`, ({ expired }) => expired),
  CREDITS_REVOKED: ofBalances.units(`Credits that were revoked. ${NOW}`, ({ revoked }) => revoked),
  CREDITS_REMAINING: ofBalances.units(`Credits that can be used. ${NOW}`, ({ remaining }) => remaining),
}
