import { Ctx, Resolver, Root } from 'type-graphql'
import {
  CompedPlan,
  CompPlanInput,
  CompPlanResult,
  EndCompedPlanInput,
  EndCompedPlanResult,
} from '#schema/entitlements/comped-plan.type.js'
import { Account } from '#schema/identity/account.type.js'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { compPlan } from '#services/entitlements/plans/comp-plan.js'
import { compedPlansOfAccount } from '#services/entitlements/plans/comped-plans-of-account.js'
import { endCompedPlan } from '#services/entitlements/plans/end-comped-plan.js'
import { requireEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import type { RequestContext } from '#context/request-context.js'
import { toCurrentPlan } from '../catalog/plan.mapper.js'
import { toAccountResult } from '../identity/account-result.js'
import { snapshotOf } from './load-entitlement.js'

@Resolver(() => Account)
export class CompedPlanResolver {
  @mutation(
    'Gives an account a paid plan free of charge until a time, with a reason. Replaces the complimentary plan of its group. Nothing is charged. Requires an operator.',
    () => CompPlanResult,
  )
  async compPlan(
    @Ctx() context: RequestContext,
    @arg('input', 'Account, plan, end and reason.', () => CompPlanInput) input: CompPlanInput,
  ): Promise<CompPlanResult> {
    return toAccountResult(context, await compPlan(context, input))
  }

  @mutation('Ends a complimentary plan early. Requires an operator.', () => EndCompedPlanResult)
  async endCompedPlan(
    @Ctx() context: RequestContext,
    @arg('input', 'Plan to end, and the reason.', () => EndCompedPlanInput) input: EndCompedPlanInput,
  ): Promise<EndCompedPlanResult> {
    return toAccountResult(context, await endCompedPlan(context, input))
  }

  @fieldResolver('Plans that the account has free of charge.', () => [CompedPlan], { nullable: true })
  async compedPlans(@Ctx() context: RequestContext, @Root() account: Account): Promise<CompedPlan[]> {
    const catalog = context.catalog.current()
    const snapshot = await requireEntitlements(context, account.id, () => snapshotOf(context, account.id))
    if (!snapshot) return []
    const comped = await compedPlansOfAccount(context.database, catalog, snapshot)
    return comped.map(({ plan, next, ...rest }) => ({
      __typename: 'CompedPlan',
      ...rest,
      plan: toCurrentPlan(catalog, plan),
      next: toCurrentPlan(catalog, next),
    }))
  }
}
