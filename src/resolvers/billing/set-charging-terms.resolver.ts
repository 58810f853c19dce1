import { Arg, Ctx, Resolver } from 'type-graphql'
import { SetChargingTermsInput } from '#schema/billing/charging-terms.type.js'
import { AccountPayload } from '#schema/identity/account.type.js'
import { setChargingTerms } from '#services/billing/charging-terms/set-charging-terms.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccountResult } from '../identity/account-result.js'
import { mutation } from '../kernel/mutation.js'

@Resolver()
export class SetChargingTermsResolver {
  @mutation(
    'Sets how an account is charged: taxes, payment by invoice, and the cost at which use beyond the allowances is invoiced. Terms that are missing stay.',
    {
      payload: () => AccountPayload,
      permission: 'OPS_WRITE',
      moves: 'money',
      repeats: 'The account already has the terms.',
    },
  )
  setChargingTerms(
    @Ctx() context: RequestContext,
    @Arg('input', () => SetChargingTermsInput, { description: 'Account, terms and reason.' })
    input: SetChargingTermsInput,
  ) {
    return toAccountResult(context, setChargingTerms(context, input))
  }
}
