import { Ctx, Resolver, Root } from 'type-graphql'
import { AccountPlan } from '#schema/entitlements/account-plan.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { DateTime } from '#schema/kernel/scalars.js'
import type { RequestContext } from '#context/request-context.js'

@Resolver(() => AccountPlan)
export class AccountPlanResolver {
  @fieldResolver('Time the account got the plan (business clock).', () => DateTime)
  async startsAt(@Ctx() context: RequestContext, @Root() held: AccountPlan): Promise<Date> {
    if (held.heldSince) return held.heldSince
    return (await context.loaders.planEnd.load(held.accountId))?.at ?? held.openedAt
  }
}
