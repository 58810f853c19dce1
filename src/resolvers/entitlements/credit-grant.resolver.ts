import { Ctx, Resolver } from 'type-graphql'
import { GrantCreditsInput, GrantCreditsResult, RevokeCreditsInput } from '#schema/entitlements/grant-credits.type.js'
import { arg, mutation } from '#schema/kernel/decorators.js'
import { grantCredits, type CreditsOutcome } from '#services/entitlements/credits/grant-credits.js'
import { revokeCredits } from '#services/entitlements/credits/revoke-credits.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { grantOfRow, toCreditGrant } from './credit.mapper.js'

const toResult = async (context: RequestContext, outcome: CreditsOutcome): Promise<GrantCreditsResult> =>
  outcome.kind === 'denied'
    ? toDenial<GrantCreditsResult & { __typename: 'Refused' }>(context, outcome.denial)
    : toCreditGrant(context.catalog.current(), grantOfRow(outcome.grant))

@Resolver()
export class CreditGrantResolver {
  @mutation(
    'Grants credits, or units of a quota in addition to the plan. Requires an operator.',
    () => GrantCreditsResult,
  )
  async grantCredits(
    @Ctx() context: RequestContext,
    @arg('input', 'Account, feature, amount and reason.', () => GrantCreditsInput) input: GrantCreditsInput,
  ): Promise<GrantCreditsResult> {
    return toResult(context, await grantCredits(context, input))
  }

  @mutation(
    'Revokes a credit grant. Unused credits are removed; used credits become debt. Requires an operator.',
    () => GrantCreditsResult,
  )
  async revokeCredits(
    @Ctx() context: RequestContext,
    @arg('input', 'Credit grant to revoke, and the reason.', () => RevokeCreditsInput) input: RevokeCreditsInput,
  ): Promise<GrantCreditsResult> {
    return toResult(context, await revokeCredits(context, input))
  }
}
