import { Arg, Ctx, Resolver } from 'type-graphql'
import { SetChargingTermsInput } from '#schema/billing/charging-terms.type.js'
import { AccountPayload, type Account } from '#schema/identity/account.type.js'
import { mutation } from '#schema/kernel/decorators.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { requires } from '#schema/kernel/requires.js'
import { setChargingTerms } from '#services/billing/charging-terms/set-charging-terms.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccountResult } from '../identity/account-result.js'

@Resolver()
export class SetChargingTermsResolver {
  @mutation(
    'Sets how an account is charged: taxes, payment by invoice, and the cost at which use beyond the allowances is invoiced. Terms that are missing stay.',
    () => AccountPayload,
  )
  @requires('OPS_WRITE')
  async setChargingTerms(
    @Ctx() context: RequestContext,
    @Arg('input', () => SetChargingTermsInput, { description: 'Account, terms and reason.' })
    input: SetChargingTermsInput,
  ): Promise<Account | Denial> {
    return toAccountResult(context, await setChargingTerms(context, input))
  }
}
