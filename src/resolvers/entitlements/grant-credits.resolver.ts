import { Ctx, Resolver } from 'type-graphql'
import { GrantCreditsInput, GrantCreditsResult, RevokeCreditsInput } from '#schema/entitlements/grant-credits.type.js'
import { arg, mutation } from '#schema/kernel/decorators.js'
import {
  grantCreditsAsOperator,
  type CreditsOutcome,
} from '#services/entitlements/credits/grant-credits-as-operator.js'
import { revokeCreditsAsOperator } from '#services/entitlements/credits/revoke-credits-as-operator.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { grantOfRow, toCreditGrant } from './credit.mapper.js'

const toResult = async (context: RequestContext, outcome: CreditsOutcome): Promise<GrantCreditsResult> =>
  outcome.kind === 'denied'
    ? toDenial<GrantCreditsResult & { __typename: 'Refused' }>(context, outcome.denial)
    : toCreditGrant(context.catalog.current(), grantOfRow(outcome.grant))

@Resolver()
export class GrantCreditsResolver {
  @mutation(
    'Grants credits, or units of a quota in addition to the plan. Requires an operator.',
    () => GrantCreditsResult,
  )
  async grantCredits(
    @Ctx() context: RequestContext,
    @arg('input', 'Account, feature, amount and reason.', () => GrantCreditsInput) input: GrantCreditsInput,
  ): Promise<GrantCreditsResult> {
    return toResult(context, await grantCreditsAsOperator(context, input))
  }

  @mutation(
    'Revokes a credit grant. Unused credits are removed; used credits become debt. Requires an operator.',
    () => GrantCreditsResult,
  )
  async revokeCredits(
    @Ctx() context: RequestContext,
    @arg('input', 'Credit grant to revoke, and the reason.', () => RevokeCreditsInput) input: RevokeCreditsInput,
  ): Promise<GrantCreditsResult> {
    return toResult(context, await revokeCreditsAsOperator(context, input))
  }
}
