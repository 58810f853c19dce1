import { Ctx, Resolver } from 'type-graphql'
import { query } from '#schema/kernel/decorators.js'
import { CompedPlanFigures } from '#schema/ops/comped-plans.type.js'
import { compedPlans } from '#services/ops/analytics/comped-plans.js'
import type { RequestContext } from '#context/request-context.js'
import { toPlan } from '../catalog/plan.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'

@Resolver()
export class CompedPlansResolver {
  @query(
    'Complimentary plans that run now, for each plan, apart from all revenue. Requires an operator.',
    () => [CompedPlanFigures],
    { nullable: true },
  )
  async compedPlans(@Ctx() context: RequestContext): Promise<CompedPlanFigures[]> {
    return (await compedPlans(context)).map(({ plan, accounts, quantity, listPerMonth }) => ({
      __typename: 'CompedPlanFigures',
      plan: toPlan(plan),
      accountCount: accounts,
      quantity,
      listPerMonth: listPerMonth && toMoney(listPerMonth),
    }))
  }
}
