import { AccountUsage } from '#schema/identity/account-groups.type.js'
import { Ctx, Resolver, Root } from 'type-graphql'
import { CompedPlan } from '#schema/entitlements/comped-plan.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { compedPlansOfAccount } from '#services/entitlements/plans/comped-plans-of-account.js'
import { requireEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import type { RequestContext } from '#context/request-context.js'
import { toCompedPlan } from './comped-plan.mapper.js'
import { snapshotOf } from './load-entitlement.js'

@Resolver(() => AccountUsage)
export class CompedPlanResolver {
  @fieldResolver('Plans that the account has free of charge.', () => [CompedPlan])
  async compedPlans(@Ctx() context: RequestContext, @Root() account: AccountUsage): Promise<CompedPlan[]> {
    const catalog = context.catalog.current()
    const snapshot = await requireEntitlements(context, account.id, () => snapshotOf(context, account.id))
    if (!snapshot) return []
    const comped = await compedPlansOfAccount(context.database, catalog, snapshot)
    return comped.map((one) => toCompedPlan(catalog, one))
  }
}
