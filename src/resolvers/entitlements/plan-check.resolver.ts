import { Ctx, ID, Resolver, Root, UseMiddleware } from 'type-graphql'
import { Plan } from '#schema/catalog/plan.type.js'
import { PlanCheck } from '#schema/entitlements/check.type.js'
import { arg, fieldResolver, hideMissing } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { planCheck } from '#services/entitlements/check/plan-check.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'

@Resolver(() => Plan)
export class PlanCheckResolver {
  @fieldResolver(
    'Whether an account has the plan, or one of a higher rank. Null if the caller may not see the account. Members can check their own account, services every account they may access.',
    () => PlanCheck,
    { nullable: true },
  )
  @UseMiddleware(hideMissing)
  async held(
    @Ctx() context: RequestContext,
    @Root() { code }: Plan,
    @arg('accountId', ACCOUNT_ARG, () => ID, { nullable: true }) accountId: string | null,
  ): Promise<PlanCheck> {
    const { allowed, denial } = await planCheck(context, { accountId, plan: code })
    return { allowed, denial: denial && (await toDenial(context, denial)) }
  }
}
