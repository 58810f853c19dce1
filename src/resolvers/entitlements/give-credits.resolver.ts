import { Ctx, Resolver } from 'type-graphql'
import {
  GrantCreditsInput,
  GrantCreditsResult,
  RevokeCreditsInput,
} from '../../schema/entitlements/grant-credits.type.js'
import { arg, mutation } from '../../schema/kernel/decorators.js'
import { giveCredits, type CreditsOutcome } from '../../services/entitlements/credits/give-credits.js'
import { takeBackCredits } from '../../services/entitlements/credits/take-back-credits.js'
import type { RequestContext } from '../../context/request-context.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { grantOfRow, toCreditGrant } from './credit.mapper.js'

const toResult = async (context: RequestContext, outcome: CreditsOutcome): Promise<GrantCreditsResult> =>
  outcome.kind === 'denied'
    ? toDenial<GrantCreditsResult & { __typename: 'Refused' }>(context, outcome.denial)
    : toCreditGrant(context.catalog.current(), grantOfRow(outcome.grant))

@Resolver()
export class GiveCreditsResolver {
  @mutation(
    'For operators: grants credits, or units of a quota beside the plan, with a reason.',
    () => GrantCreditsResult,
  )
  async grantCredits(
    @Ctx() context: RequestContext,
    @arg('input', 'What to grant, to whom, and why.', () => GrantCreditsInput) input: GrantCreditsInput,
  ): Promise<GrantCreditsResult> {
    return toResult(context, await giveCredits(context, input))
  }

  @mutation(
    'For operators: takes a grant back. What is left of it goes, what was used of it is owed, and later grants pay that first.',
    () => GrantCreditsResult,
  )
  async revokeCredits(
    @Ctx() context: RequestContext,
    @arg('input', 'Which grant, and why.', () => RevokeCreditsInput) input: RevokeCreditsInput,
  ): Promise<GrantCreditsResult> {
    return toResult(context, await takeBackCredits(context, input))
  }
}
