import { Ctx, Resolver } from 'type-graphql'
import { EndTermsArgs, SetTermsInput } from '#schema/entitlements/terms.type.js'
import { AccountPayload } from '#schema/identity/account.type.js'
import { keyedInput, mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { endTerms } from '#services/entitlements/terms/end-terms.js'
import { setTerms } from '#services/entitlements/terms/set-terms.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccountResult } from '../identity/account-result.js'
import { auditedTerms } from '#services/entitlements/audit/entitlement-audited.js'
import { mutation } from '../kernel/mutation.js'

@Resolver()
export class SetTermsResolver {
  @mutation(
    'Gives an account a paid plan free of charge until a time, or more of a feature, with a reason. Replaces what an operator gave of the same plan group or feature. Nothing is charged.',
    { payload: () => AccountPayload, permission: 'OPS_WRITE', moves: 'entitlements', audited: auditedTerms },
  )
  setTerms(
    @Ctx() context: RequestContext,
    @keyedInput('Account, plan or feature, end and reason.', () => SetTermsInput) input: SetTermsInput,
  ) {
    return toAccountResult(context, setTerms(context, input))
  }

  @mutation('Ends a complimentary plan, or an addition to a feature, before its end.', {
    payload: () => AccountPayload,
    permission: 'OPS_WRITE',
    moves: 'entitlements',
    audited: auditedTerms,
  })
  endTerms(@Ctx() context: RequestContext, @mutationArgs(() => EndTermsArgs) input: EndTermsArgs) {
    return toAccountResult(context, endTerms(context, input))
  }
}
