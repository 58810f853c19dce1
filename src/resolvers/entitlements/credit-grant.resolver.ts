import { requires } from '#schema/kernel/requires.js'
import { CreditGrantPayload, type CreditGrant } from '#schema/entitlements/credit-grant.type.js'
import { keyedInput, mutationArgs } from '#schema/kernel/mutation-arguments.js'
import type { Denial } from '#schema/kernel/denial.type.js'
import { Ctx, Resolver } from 'type-graphql'
import type { CreditGrantRow } from '#entities/entitlements/credit-grant.entity.js'
import { GrantCreditsInput, RevokeCreditsArgs } from '#schema/entitlements/grant-credits.type.js'
import { mutation } from '#schema/kernel/decorators.js'
import { grantCredits, type CreditsOutcome } from '#services/entitlements/credits/grant-credits.js'
import { revokeCredits } from '#services/entitlements/credits/revoke-credits.js'
import type { RequestContext } from '#context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { grantOfRow, toCreditGrant } from './credit.mapper.js'

const toGrant = ({ catalog }: RequestContext, row: CreditGrantRow): CreditGrant =>
  toCreditGrant(catalog.current(), grantOfRow(row))

const toResult = async (context: RequestContext, outcome: CreditsOutcome): Promise<CreditGrant | Denial> =>
  outcome.kind === 'denied' ? toDenial(context, outcome.denial) : toGrant(context, outcome.grant)

@Resolver()
export class CreditGrantResolver {
  @mutation('Grants credits, or units of a quota in addition to the plan.', () => CreditGrantPayload)
  @requires('CREDITS_WRITE')
  async grantCredits(
    @Ctx() context: RequestContext,
    @keyedInput('Account, feature, amount and reason.', () => GrantCreditsInput) input: GrantCreditsInput,
  ): Promise<CreditGrant | Denial> {
    return toResult(context, await grantCredits(context, input))
  }

  @mutation(
    'Revokes a credit grant. Unused credits are removed; used credits become debt. Requires scope `credits:write`, or an operator.',
    () => CreditGrantPayload,
  )
  async revokeCredits(
    @Ctx() context: RequestContext,
    @mutationArgs(() => RevokeCreditsArgs) input: RevokeCreditsArgs,
  ): Promise<CreditGrant | Denial> {
    return toResult(context, await revokeCredits(context, input))
  }
}
