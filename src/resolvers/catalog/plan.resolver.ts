import { Ctx, Resolver, Root } from 'type-graphql'
import { Plan } from '#schema/catalog/plan.type.js'
import { Price } from '#schema/catalog/price.type.js'
import { arg, fieldResolver, query } from '#schema/kernel/decorators.js'
import { visiblePlan, visiblePlans } from '#services/catalog/plans/plans.js'
import { currencyArg, inactiveArg, inCurrency } from './catalog-args.js'
import type { RequestContext } from '#context/request-context.js'
import { toPlan } from './plan.mapper.js'

@Resolver(() => Plan)
export class PlanResolver {
  @query('Plans for sale, by rank. Public.', () => [Plan])
  plans(@Ctx() context: RequestContext, @inactiveArg() includeInactive: boolean | null): Plan[] {
    return visiblePlans(context, includeInactive ?? false).map(toPlan)
  }

  @query('Plan by code. Null if it does not exist.', () => Plan, { nullable: true })
  plan(@Ctx() context: RequestContext, @arg('code', 'Code of the plan.', () => String) code: string): Plan | null {
    const plan = visiblePlan(context, code)
    return plan && toPlan(plan)
  }

  @fieldResolver('Prices of the plan, one per interval and currency. Empty for a free plan.', () => [Price])
  prices(@Root() plan: Plan, @currencyArg() currency: string | null): readonly Price[] {
    return inCurrency(plan.allPrices, currency)
  }
}
