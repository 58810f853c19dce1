import { CreditGrantPayload, type CreditGrant } from '#schema/entitlements/credit-grant.type.js'
import { keyedInput, mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { Ctx, Resolver } from 'type-graphql'
import type { CreditGrantRow } from '#entities/entitlements/credit-grant.entity.js'
import { GrantCreditsInput, RevokeCreditsArgs } from '#schema/entitlements/grant-credits.type.js'
import { grantCredits } from '#services/entitlements/credits/grant-credits.js'
import { revokeCredits } from '#services/entitlements/credits/revoke-credits.js'
import type { RequestContext } from '#context/request-context.js'
import { grantOfRow, toCreditGrant } from './credit.mapper.js'
import { mutation, unlessDenied } from '../kernel/mutation.js'
import { auditedGrant } from '#services/entitlements/audit/entitlement-audited.js'

const toGrant = ({ catalog }: RequestContext, row: CreditGrantRow): CreditGrant =>
  toCreditGrant(catalog.current(), grantOfRow(row))

@Resolver()
export class CreditGrantResolver {
  @mutation('Grants credits, or units of a quota in addition to the plan.', {
    payload: () => CreditGrantPayload,
    permission: 'CREDITS_WRITE',
    moves: 'entitlements',
  })
  grantCredits(
    @Ctx() context: RequestContext,
    @keyedInput('Account, feature, amount and reason.', () => GrantCreditsInput) input: GrantCreditsInput,
  ) {
    return unlessDenied(grantCredits(context, input), (outcome) => toGrant(context, outcome.grant))
  }

  @mutation(
    'Revokes a credit grant. Unused credits are removed; used credits become debt. Requires scope `credits:write`, or an operator.',
    {
      payload: () => CreditGrantPayload,
      permissionOnObject: 'CREDITS_WRITE',
      moves: 'entitlements',
      audited: auditedGrant,
    },
  )
  revokeCredits(@Ctx() context: RequestContext, @mutationArgs(() => RevokeCreditsArgs) input: RevokeCreditsArgs) {
    return unlessDenied(revokeCredits(context, input), (outcome) => toGrant(context, outcome.grant))
  }
}
