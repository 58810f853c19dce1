import { Ctx, Resolver } from 'type-graphql'
import {
  GrantCreditsInput,
  GrantCreditsManyInput,
  GrantCreditsManyResult,
  GrantCreditsResult,
  RevokeCreditsInput,
  RevokeCreditsResult,
  type AccountCreditGrant,
} from '#schema/entitlements/grant-credits.type.js'
import type { AnyDenial } from '#schema/any-denial.js'
import type { Refused } from '#schema/kernel/refused.type.js'
import { arg, mutation } from '#schema/kernel/decorators.js'
import { grantCredits, type CreditsOutcome } from '#services/entitlements/credits/grant-credits.js'
import { grantCreditsMany, type AccountGrant } from '#services/entitlements/credits/grant-credits-many.js'
import { revokeCredits } from '#services/entitlements/credits/revoke-credits.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { grantOfRow, toCreditGrant } from './credit.mapper.js'

const toResult = async (context: RequestContext, outcome: CreditsOutcome): Promise<GrantCreditsResult> =>
  outcome.kind === 'denied'
    ? toDenial<GrantCreditsResult & { __typename: 'Refused' }>(context, outcome.denial)
    : toCreditGrant(context.catalog.current(), grantOfRow(outcome.grant))

const toAccountGrant = async (
  context: RequestContext,
  { accountId, grant, denial }: AccountGrant,
): Promise<AccountCreditGrant> => ({
  __typename: 'AccountCreditGrant',
  accountId,
  grant: grant && toCreditGrant(context.catalog.current(), grantOfRow(grant)),
  denial: denial && (await toDenial<AnyDenial>(context, denial)),
})

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
    'Grants the same credits to several accounts. Each account has a result of its own. Requires an operator.',
    () => GrantCreditsManyResult,
  )
  async grantCreditsMany(
    @Ctx() context: RequestContext,
    @arg('input', 'Accounts, feature, amount and reason.', () => GrantCreditsManyInput) input: GrantCreditsManyInput,
  ): Promise<GrantCreditsManyResult> {
    const outcome = await grantCreditsMany(context, input)
    if (outcome.kind === 'denied') return toDenial<Refused>(context, outcome.denial)
    const results = await Promise.all(outcome.items.map((item) => toAccountGrant(context, item)))
    return { __typename: 'GrantCreditsManyPayload', results }
  }

  @mutation(
    'Revokes a credit grant. Unused credits are removed; used credits become debt. Requires an operator.',
    () => RevokeCreditsResult,
  )
  async revokeCredits(
    @Ctx() context: RequestContext,
    @arg('input', 'Credit grant to revoke, and the reason.', () => RevokeCreditsInput) input: RevokeCreditsInput,
  ): Promise<RevokeCreditsResult> {
    return toResult(context, await revokeCredits(context, input))
  }
}
