import { Ctx, Resolver } from 'type-graphql'
import { SetPlanInput, SetPlanPayload } from '#schema/entitlements/set-plan.type.js'
import type { Account } from '#schema/identity/account.type.js'
import { mutation } from '#schema/kernel/decorators.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { keyedInput } from '#schema/kernel/mutation-arguments.js'
import { requires } from '#schema/kernel/requires.js'
import { setPlan } from '#services/entitlements/plans/set-plan.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccountResult } from '../identity/account-result.js'

@Resolver()
export class SetPlanResolver {
  @mutation(
    "Sets or ends the plan of a subscription at the seller's own payment provider. Repeated and reordered events end with the newest state.",
    () => SetPlanPayload,
  )
  @requires('CREDITS_WRITE')
  async setPlan(
    @Ctx() context: RequestContext,
    @keyedInput('Account, plan, period and event.', () => SetPlanInput) input: SetPlanInput,
  ): Promise<{ readonly account: Account; readonly applied: boolean } | Denial> {
    const outcome = await setPlan(context, input)
    const account = await toAccountResult(context, outcome)
    return outcome.kind === 'denied' ? (account as Denial) : { account: account as Account, applied: outcome.applied }
  }
}
