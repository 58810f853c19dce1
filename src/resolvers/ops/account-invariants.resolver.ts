import { Ctx, ID, Resolver } from 'type-graphql'
import { arg, query } from '#schema/kernel/decorators.js'
import { ACCOUNT_ARG } from '#schema/kernel/descriptions.js'
import { Invariant } from '#schema/ops/invariant.type.js'
import { accountInvariants } from '#services/ops/invariants/account-invariants.js'
import type { RequestContext } from '#context/request-context.js'

@Resolver()
export class AccountInvariantsResolver {
  @query(
    'Invariants of the data of one account, checked now against one state of the database. Null if the account is not visible.',
    () => [Invariant],
    { nullable: true },
  )
  async accountInvariants(
    @Ctx() context: RequestContext,
    @arg('accountId', ACCOUNT_ARG, () => ID, { nullable: true }) accountId: string | null,
  ): Promise<Invariant[] | null> {
    const found = await accountInvariants(context, accountId)
    return found && found.map((invariant) => ({ __typename: 'Invariant', ...invariant }))
  }
}
