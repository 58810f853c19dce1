import { requires } from '#schema/kernel/requires.js'
import { AccountPayload, type Account } from '#schema/identity/account.type.js'
import { keyedInput, mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Ctx, Resolver } from 'type-graphql'
import { OverrideEntitlementInput, RevokeOverrideArgs } from '#schema/entitlements/override-entitlement.type.js'
import { mutation } from '#schema/kernel/decorators.js'
import { overrideEntitlement } from '#services/entitlements/overrides/override-entitlement.js'
import { revokeOverride } from '#services/entitlements/overrides/revoke-override.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccountResult } from '../identity/account-result.js'

@Resolver()
export class OverrideResolver {
  @mutation(
    'Grants an account more of a feature, with a reason and an optional end. Replaces an earlier override of the feature.',
    () => AccountPayload,
  )
  @requires('OPS_WRITE')
  async overrideEntitlement(
    @Ctx() context: RequestContext,
    @keyedInput('Account, feature, amount and reason.', () => OverrideEntitlementInput)
    input: OverrideEntitlementInput,
  ): Promise<Account | Denial> {
    return toAccountResult(context, await overrideEntitlement(context, input))
  }

  @mutation('Ends an override before its expiry.', () => AccountPayload)
  @requires('OPS_WRITE')
  async revokeOverride(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RevokeOverrideArgs) input: RevokeOverrideArgs,
  ): Promise<Account | Denial> {
    return toAccountResult(context, await revokeOverride(context, input))
  }
}
