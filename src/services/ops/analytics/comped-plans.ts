import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { priceOf, type CatalogPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import { requireOperator } from '#services/identity/model/guard.js'
import { COMPED } from '#services/entitlements/plans/assign-plan.js'
import type { Money } from '#services/kernel/money/money.js'
import { roundedQuotient } from '#services/kernel/money/rounded-quotient.js'

/** Complimentary plans that run now, for each plan. They are no revenue. */
export interface CompedPlanFigures {
  readonly plan: CatalogPlan
  readonly accounts: number
  /** Units of a plan that is priced by the unit. */
  readonly quantity: number
  /** Price of these units in a month by the price list, in the currency of the catalog. Null without such a price. */
  readonly listPerMonth: Money | null
}

/** Number and list price of the complimentary plans that run now. Operators only. */
export async function compedPlans(context: CatalogContext): Promise<CompedPlanFigures[]> {
  requireOperator(context, 'ops:read')
  const catalog = context.catalog.current()
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
  return rows
    .flatMap(({ planId, accounts, quantity }) => {
      const plan = catalog.planById.get(planId)
      if (!plan) return []
      return [{ plan, accounts, quantity, listPerMonth: monthly(context, plan, quantity) }]
    })
    .toSorted((left, right) => left.plan.rank - right.plan.rank || (left.plan.code < right.plan.code ? -1 : 1))
}

function monthly({ catalog }: CatalogContext, plan: CatalogPlan, quantity: number): Money | null {
  const month = priceOf(catalog.current(), plan, 'MONTH')
  if (month) return { ...month.money, amountMinor: month.money.amountMinor * quantity }
  const year = priceOf(catalog.current(), plan, 'YEAR')
  return year && { ...year.money, amountMinor: roundedQuotient(year.money.amountMinor * quantity, 12) }
}
