import { Account } from '#schema/identity/account.type.js'
import { AccountUsage } from '#schema/identity/account-groups.type.js'
import { Args, ArgsType, Ctx, Resolver, Root } from 'type-graphql'
import { CreditBalance } from '#schema/entitlements/credit-balance.type.js'
import { CreditGrantConnection } from '#schema/entitlements/credit-grant.type.js'
import { Feature } from '#schema/catalog/feature.type.js'
import { LedgerEntry, LedgerEntryConnection } from '#schema/entitlements/ledger-entry.type.js'
import { User } from '#schema/identity/user.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { Node } from '#schema/kernel/node.type.js'
import { pageArgs, twoWayPageArgs, type PageArgs } from '#schema/kernel/page-args.js'
import { openGrantsPage } from '#services/entitlements/credits/credit-balances.js'
import { ledgerOf } from '#services/entitlements/credits/ledger.js'
import { requireEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import { pageRequest } from '#services/kernel/paging/page.js'
import { toAccount, toUser } from '../identity/account.mapper.js'
import { loadNode } from '../kernel/load-node.js'
import { toFeature } from '../catalog/plan.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import type { RequestContext } from '#context/request-context.js'
import { toCreditBalance, toCreditGrant, toLedgerEntry } from './credit.mapper.js'

const ENTRIES_PER_PAGE = 50
const GRANTS_PER_PAGE = 20
const GrantsArgs = pageArgs(GRANTS_PER_PAGE)

@ArgsType()
class EntriesArgs extends twoWayPageArgs(ENTRIES_PER_PAGE) {}

@Resolver(() => AccountUsage)
export class AccountCreditsResolver {
  @fieldResolver("Credit balances per feature, in addition to the plan's allowance.", () => [CreditBalance])
  async credits(@Ctx() context: RequestContext, @Root() account: AccountUsage): Promise<CreditBalance[]> {
    const catalog = context.catalog.current()
    const balances = await requireEntitlements(context, account.id, (id) => context.loaders.creditBalances.load(id))
    return balances.flatMap((balance) => {
      const feature = catalog.features.get(balance.feature)
      return feature ? [toCreditBalance(feature, balance)] : []
    })
  }
}

@Resolver(() => CreditBalance)
export class CreditBalanceResolver {
  @fieldResolver('Grants with usable credits, in the order of deduction.', () => CreditGrantConnection)
  async grants(
    @Ctx() context: RequestContext,
    @Root() balance: CreditBalance,
    @Args(() => GrantsArgs) args: PageArgs,
  ): Promise<CreditGrantConnection> {
    const page = await openGrantsPage(balance, pageRequest(args, GRANTS_PER_PAGE))
    const catalog = context.catalog.current()
    const nodes = page.items.map((grant) => toCreditGrant(catalog, grant))
    return { ...toConnection(page, nodes), totalCount: balance.openGrants.length }
  }

  @fieldResolver(
    "Ledger entries of the feature, including those of the plan's allowance, newest first.",
    () => LedgerEntryConnection,
  )
  async entries(
    @Ctx() context: RequestContext,
    @Root() { accountId, feature }: CreditBalance,
    @Args(() => EntriesArgs) args: EntriesArgs & PageArgs,
  ): Promise<LedgerEntryConnection> {
    const request = pageRequest(args, ENTRIES_PER_PAGE)
    const page = await ledgerOf(context.database, { accountId, feature: feature.code }, request)
    return toConnection(page, page.items.map(toLedgerEntry))
  }
}

@Resolver(() => LedgerEntry)
export class LedgerEntryResolver {
  @fieldResolver('Feature of the units. Null if the catalog does not have it any more.', () => Feature, {
    nullable: true,
  })
  feature(@Ctx() context: RequestContext, @Root() { featureCode }: LedgerEntry): Feature | null {
    const feature = context.catalog.current().features.get(featureCode)
    return feature ? toFeature(feature) : null
  }

  @fieldResolver('Member who used the units. Null if the call named none, or if deleted.', () => User, {
    nullable: true,
  })
  async user(@Ctx() context: RequestContext, @Root() { userId }: LedgerEntry): Promise<User | null> {
    const row = userId && (await context.loaders.user.load(userId))
    return row ? toUser(row) : null
  }

  @fieldResolver('Sub-account that used the units. Null: the account itself.', () => Account, { nullable: true })
  async subAccount(@Ctx() context: RequestContext, @Root() { subAccountId }: LedgerEntry): Promise<Account | null> {
    const row = subAccountId && (await context.loaders.account.load(subAccountId))
    return row ? toAccount(row) : null
  }

  @fieldResolver('Grant, consumption or reservation of the entry. Null if it cannot be loaded.', () => Node, {
    nullable: true,
  })
  cause(@Ctx() context: RequestContext, @Root() { causeId }: LedgerEntry): Promise<Node | null> | null {
    return causeId ? loadNode(context, causeId) : null
  }
}
