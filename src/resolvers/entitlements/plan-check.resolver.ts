import { Ctx, ID, Resolver } from 'type-graphql'
import { PlanCheck } from '#schema/entitlements/check.type.js'
import { arg, query } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { planCheck } from '#services/entitlements/check/plan-check.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'

@Resolver()
export class PlanCheckResolver {
  @query(
    'Whether the account has a plan, or one of a higher rank. Members can check their own account, services every account they may access.',
    () => PlanCheck,
    { nullable: true },
  )
  async planCheck(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT_ARG, () => ID, { nullable: true }) accountId: string | null,
    @arg('plan', 'Code of the plan.', () => String) plan: string,
  ): Promise<PlanCheck> {
    const { allowed, denial } = await planCheck(context, { accountId, plan })
    return { allowed, denial: denial && (await toDenial(context, denial)) }
  }
}
