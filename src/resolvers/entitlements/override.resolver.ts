import { Ctx, Resolver } from 'type-graphql'
import {
  EntitlementResult,
  OverrideEntitlementInput,
  RevokeOverrideInput,
} from '../../schema/entitlements/override-entitlement.type.js'
import { arg, mutation } from '../../schema/kernel/decorators.js'
import {
  overrideEntitlement,
  revokeOverride,
  type OverrideOutcome,
} from '../../services/entitlements/overrides/override-entitlement.js'
import type { RequestContext } from '../../context/request-context.js'
import { toAccount } from '../identity/account.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'

const toResult = async (context: RequestContext, outcome: OverrideOutcome): Promise<EntitlementResult> =>
  outcome.kind === 'denied'
    ? toDenial<EntitlementResult & { __typename: 'Refused' }>(context, outcome.denial)
    : toAccount((await context.loaders.account.load(outcome.account.id)) ?? outcome.account)

@Resolver()
export class OverrideResolver {
  @mutation(
    'For operators: gives an account more of a feature, with a reason and perhaps an end. It takes the place of an earlier override of the feature.',
    () => EntitlementResult,
  )
  async overrideEntitlement(
    @Ctx() context: RequestContext,
    @arg('input', 'What to give, to whom, and why.', () => OverrideEntitlementInput) input: OverrideEntitlementInput,
  ): Promise<EntitlementResult> {
    return toResult(context, await overrideEntitlement(context, input))
  }

  @mutation('For operators: takes an override back before its end.', () => EntitlementResult)
  async revokeOverride(
    @Ctx() context: RequestContext,
    @arg('input', 'Which override, and why.', () => RevokeOverrideInput) input: RevokeOverrideInput,
  ): Promise<EntitlementResult> {
    return toResult(context, await revokeOverride(context, input))
  }
}
