import { Ctx, Resolver } from 'type-graphql'
import { SetPlanInput, SetPlanPayload } from '#schema/entitlements/set-plan.type.js'
import { keyedInput } from '#schema/kernel/mutation-arguments.js'
import { setPlan } from '#services/entitlements/plans/set-plan.js'
import type { RequestContext } from '#context/request-context.js'
import { toPresentAccount } from '../identity/account-result.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'

@Resolver()
export class SetPlanResolver {
  @mutation(
    "Sets or ends the plan of a subscription at the seller's own payment provider. Repeated and reordered events end with the newest state.",
    { payload: () => SetPlanPayload, permission: 'CREDITS_WRITE', moves: 'entitlements' },
  )
  setPlan(
    @Ctx() context: RequestContext,
    @keyedInput('Account, plan, period and event.', () => SetPlanInput) input: SetPlanInput,
  ) {
    return unlessDenied(setPlan(context, input), async (outcome) => ({
      account: await toPresentAccount(context, outcome),
      applied: outcome.applied,
    }))
  }
}
