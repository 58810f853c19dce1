import { Ctx, Resolver } from 'type-graphql'
import { EndTermsArgs, SetTermsInput } from '#schema/entitlements/terms.type.js'
import { AccountPayload, type Account } from '#schema/identity/account.type.js'
import { mutation } from '#schema/kernel/decorators.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { keyedInput, mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { requires } from '#schema/kernel/requires.js'
import { endTerms } from '#services/entitlements/terms/end-terms.js'
import { setTerms } from '#services/entitlements/terms/set-terms.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccountResult } from '../identity/account-result.js'

@Resolver()
export class SetTermsResolver {
  @mutation(
    'Gives an account a paid plan free of charge until a time, or more of a feature, with a reason. Replaces what an operator gave of the same plan group or feature. Nothing is charged.',
    () => AccountPayload,
  )
  @requires('OPS_WRITE')
  async setTerms(
    @Ctx() context: RequestContext,
    @keyedInput('Account, plan or feature, end and reason.', () => SetTermsInput) input: SetTermsInput,
  ): Promise<Account | Denial> {
    return toAccountResult(context, await setTerms(context, input))
  }

  @mutation('Ends a complimentary plan, or an addition to a feature, before its end.', () => AccountPayload)
  @requires('OPS_WRITE')
  async endTerms(
    @Ctx() context: RequestContext,
    @mutationArgs(() => EndTermsArgs) input: EndTermsArgs,
  ): Promise<Account | Denial> {
    return toAccountResult(context, await endTerms(context, input))
  }
}
