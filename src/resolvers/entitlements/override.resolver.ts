import { Ctx, Resolver } from 'type-graphql'
import {
  OverrideEntitlementInput,
  OverrideEntitlementResult,
  RevokeOverrideInput,
  RevokeOverrideResult,
} from '#schema/entitlements/override-entitlement.type.js'
import { arg, mutation } from '#schema/kernel/decorators.js'
import { overrideEntitlement } from '#services/entitlements/overrides/override-entitlement.js'
import { revokeOverride } from '#services/entitlements/overrides/revoke-override.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccountResult } from '../identity/account-result.js'

@Resolver()
export class OverrideResolver {
  @mutation(
    'Grants an account more of a feature, with a reason and an optional end. Replaces an earlier override of the feature. Requires an operator.',
    () => OverrideEntitlementResult,
  )
  async overrideEntitlement(
    @Ctx() context: RequestContext,
    @arg('input', 'Account, feature, amount and reason.', () => OverrideEntitlementInput)
    input: OverrideEntitlementInput,
  ): Promise<OverrideEntitlementResult> {
    return toAccountResult(context, await overrideEntitlement(context, input))
  }

  @mutation('Ends an override before its expiry. Requires an operator.', () => RevokeOverrideResult)
  async revokeOverride(
    @Ctx() context: RequestContext,
    @arg('input', 'Override to end, and the reason.', () => RevokeOverrideInput) input: RevokeOverrideInput,
  ): Promise<RevokeOverrideResult> {
    return toAccountResult(context, await revokeOverride(context, input))
  }
}
