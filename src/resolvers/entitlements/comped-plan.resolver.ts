import { requires } from '#schema/kernel/requires.js'
import { AccountUsage } from '#schema/identity/account-groups.type.js'
import { AccountPayload } from '#schema/identity/account.type.js'
import { keyedInput, mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Ctx, Resolver, Root } from 'type-graphql'
import { CompedPlan, CompPlanInput, EndCompedPlanArgs } from '#schema/entitlements/comped-plan.type.js'
import { Account } from '#schema/identity/account.type.js'
import { fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { compPlan } from '#services/entitlements/plans/comp-plan.js'
import { compedPlansOfAccount } from '#services/entitlements/plans/comped-plans-of-account.js'
import { endCompedPlan } from '#services/entitlements/plans/end-comped-plan.js'
import { requireEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccountResult } from '../identity/account-result.js'
import { toCompedPlan } from './comped-plan.mapper.js'
import { snapshotOf } from './load-entitlement.js'

@Resolver(() => AccountUsage)
export class CompedPlanResolver {
  @mutation(
    'Gives an account a paid plan free of charge until a time, with a reason. Replaces the complimentary plan of its group. Nothing is charged.',
    () => AccountPayload,
  )
  @requires('OPS_WRITE')
  async compPlan(
    @Ctx() context: RequestContext,
    @keyedInput('Account, plan, end and reason.', () => CompPlanInput) input: CompPlanInput,
  ): Promise<Account | Denial> {
    return toAccountResult(context, await compPlan(context, input))
  }

  @mutation('Ends a complimentary plan early.', () => AccountPayload)
  @requires('OPS_WRITE')
  async endCompedPlan(
    @Ctx() context: RequestContext,
    @mutationArgs(() => EndCompedPlanArgs) input: EndCompedPlanArgs,
  ): Promise<Account | Denial> {
    return toAccountResult(context, await endCompedPlan(context, input))
  }

  @fieldResolver('Plans that the account has free of charge.', () => [CompedPlan])
  async compedPlans(@Ctx() context: RequestContext, @Root() account: AccountUsage): Promise<CompedPlan[]> {
    const catalog = context.catalog.current()
    const snapshot = await requireEntitlements(context, account.id, () => snapshotOf(context, account.id))
    if (!snapshot) return []
    const comped = await compedPlansOfAccount(context.database, catalog, snapshot)
    return comped.map((one) => toCompedPlan(catalog, one))
  }
}
