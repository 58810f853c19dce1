import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { priceOf, type CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import { COMPED } from '#services/entitlements/plans/assign-plan.js'
import { monthlyAmount, yearlyAmount } from '#services/catalog/products/interval.js'
import type { Money } from '#services/kernel/money/money.js'
import { metricsOf, pageOfGroups, type MetricSource } from './metric.js'

/** Complimentary plans that run now. They are no revenue. */
interface Comped {
  readonly accounts: number
  /** Units of a plan that is priced by the unit. */
  readonly quantity: number
  /** Price of these units in a month by the price list, in the currency of the catalog. Null without such a price. */
  readonly listPerMonth: Money | null
}

const comped: MetricSource<Comped> = {
  name: 'comped',
  scope: 'INSTALLATION',
  always: ['PLAN'],
  groups: [],
  intervals: ['RANGE'],
  isPerCurrency: false,
  read: async (context, request) => {
    const { planById } = context.catalog.current()
    const rows = await context.database.query
      .selectFrom('plan_assignment as a')
      .innerJoin('plan_version as v', 'v.id', 'a.planVersionId')
      .select(({ fn }) => [
        'v.planId',
        fn.count<number>('a.accountId').distinct().as('accounts'),
        fn.sum<number>('a.quantity').as('quantity'),
      ])
      .where('a.sourceType', '=', COMPED)
      .where('a.endedAt', 'is', null)
      .where('a.expiresAt', '>', context.clock.now())
      .groupBy('v.planId')
      .execute()
    const groups = rows.flatMap(({ planId, accounts, quantity }) => {
      const plan = planById.get(planId)
      if (!plan) return []
      const row = { accounts, quantity, listPerMonth: monthly(context, plan, quantity) }
      return [
        {
          key: [String(plan.rank).padStart(10, '0'), plan.code],
          groups: { PLAN: plan.code },
          currency: row.listPerMonth?.currency ?? null,
          points: request.periods.map(() => row),
          total: row,
        },
      ]
    })
    return pageOfGroups<Comped>(groups, request)
  },
}

function monthly({ catalog }: CatalogContext, plan: CatalogPlan, quantity: number): Money | null {
  const current = catalog.current()
  const price =
    priceOf(current, plan, 'MONTH') ??
    plan.prices.find(
      ({ active, interval, money }) => active && interval !== 'ONE_TIME' && money.currency === current.currency,
    )
  if (!price) return null
  const yearlyMinor = yearlyAmount(price.money.amountMinor * quantity, price.interval)
  return { ...price.money, amountMinor: monthlyAmount(yearlyMinor) }
}

const { number, money } = metricsOf(comped)
const NOW = 'Complimentary plans are no revenue. Now, whatever the range is.'

export const compedMetrics = {
  COMPED_ACCOUNTS: number(`Number of accounts that have the plan free of charge. ${NOW}`, ({ accounts }) => accounts),
  COMPED_UNITS: number(
    `Units of a complimentary plan that is priced by the unit, otherwise the number of accounts. ${NOW}`,
    ({ quantity }) => quantity,
  ),
  COMPED_LIST_PRICE: money(
    `Price of the complimentary units in a month by the price list, in the currency of the catalog. None without such a price. ${NOW}`,
    ({ listPerMonth }) => listPerMonth?.amountMinor ?? null,
  ),
}
