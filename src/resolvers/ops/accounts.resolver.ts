import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import { field, fieldResolver, query } from '#schema/kernel/decorators.js'
import { requires } from '#schema/kernel/requires.js'
import { pageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { SafeInt } from '#schema/kernel/scalars.js'
import { ACCOUNT_COUNT, AccountConnection } from '#schema/identity/account-connection.type.js'
import { AccountFilter, AccountOrder } from '#schema/ops/accounts.type.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { accounts } from '#services/ops/accounts/accounts.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccount } from '../identity/account.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'

const ACCOUNTS_PER_PAGE = 20

@ArgsType()
class AccountsArgs extends pageArgs(ACCOUNTS_PER_PAGE) {
  @field('Conditions. Default: none.', () => AccountFilter, { nullable: true })
  filter?: AccountFilter | null

  @field('Order of the accounts.', () => AccountOrder, { nullable: true, defaultValue: 'NEWEST' })
  orderBy?: AccountOrder | null
}

type CountedOnDemand = AccountConnection & { readonly countAll: () => Promise<number> }

@Resolver(() => AccountConnection)
export class AccountsResolver {
  @query('Accounts of the installation, found by text and filter.', () => AccountConnection, {
    nullable: true,
  })
  @requires('OPS_READ')
  async accounts(
    @Ctx() context: RequestContext,
    @Args(() => AccountsArgs) args: AccountsArgs & PageArgs,
  ): Promise<CountedOnDemand> {
    const page = await accounts(context, args, pageRequest(args, ACCOUNTS_PER_PAGE))
    return { ...toConnection(page, page.items.map(toAccount)), totalCount: 0, countAll: page.countAll }
  }

  @fieldResolver(ACCOUNT_COUNT, () => SafeInt)
  totalCount(@Root() page: CountedOnDemand): Promise<number> {
    return page.countAll()
  }
}
