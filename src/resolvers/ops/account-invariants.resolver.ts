import { Ctx, Resolver, Root } from 'type-graphql'
import { AccountUsage } from '#schema/identity/account-groups.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { Invariant } from '#schema/ops/invariant.type.js'
import { accountInvariants } from '#services/ops/invariants/account-invariants.js'
import type { RequestContext } from '#context/request-context.js'
import { toInvariant } from './invariant.resolver.js'

@Resolver(() => AccountUsage)
export class AccountInvariantsResolver {
  @fieldResolver('Invariants of the data of the account, checked now against one state of the database.', () => [
    Invariant,
  ])
  async invariants(@Ctx() context: RequestContext, @Root() { id }: AccountUsage): Promise<Invariant[]> {
    const found = await accountInvariants(context, id)
    const checkedAt = context.machineClock.now()
    return found.map((invariant) => toInvariant({ ...invariant, checkedAt }))
  }
}
