import { AccountUsage } from '#schema/identity/account-groups.type.js'
import { AccountPayload, Account } from '#schema/identity/account.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { Ctx, ID, Resolver, Root } from 'type-graphql'
import { SetParentAccountArgs, SubAccount } from '#schema/entitlements/sub-account.type.js'
import { arg, fieldResolver } from '#schema/kernel/decorators.js'
import type { RequestContext } from '#context/request-context.js'
import { readSubAccounts, type SubAccountView } from '#services/entitlements/pools/read-sub-accounts.js'
import { setParentAccount } from '#services/entitlements/pools/set-parent-account.js'
import { requireEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import { toFeature } from '../catalog/plan.mapper.js'
import { toAccount } from '../identity/account.mapper.js'
import { toAccountResult } from '../identity/account-result.js'
import { snapshotOf } from './load-entitlement.js'
import { toSpendCap } from './spend-cap.mapper.js'
import { mutation } from '../kernel/mutation.js'

const toSubAccount = ({ limits, usage, since: startsAt, ...view }: SubAccountView): SubAccount => ({
  __typename: 'SubAccount',
  ...view,
  startsAt,
  limits: limits.map(toSpendCap),
  usage: usage.map(({ feature, used, since: from }) => ({
    __typename: 'PoolUsage',
    feature: toFeature(feature),
    used,
    from,
  })),
})

@Resolver(() => AccountUsage)
export class SubAccountResolver {
  @mutation(
    'Makes the account a sub-account of another, moves it to another parent, or ends it. Requires an owner or admin of the account and of the new parent, or an operator. The present parent can end it.',
    { payload: () => AccountPayload, moves: 'entitlements', repeats: 'The account already has the parent.' },
  )
  setParentAccount(
    @Ctx() context: RequestContext,
    @mutationArgs(() => SetParentAccountArgs) input: SetParentAccountArgs,
  ) {
    return toAccountResult(context, setParentAccount(context, input))
  }

  @fieldResolver('Sub-accounts that use the pools of this account, by name, at most 1,000.', () => [SubAccount])
  async subAccounts(
    @Ctx() context: RequestContext,
    @Root() account: AccountUsage,
    @arg('subAccountId', 'Only this sub-account. Default: all.', () => ID, { nullable: true })
    subAccountId: string | null | undefined,
  ): Promise<SubAccount[]> {
    const snapshot = await requireEntitlements(context, account.id, () => snapshotOf(context, account.id))
    if (!snapshot) return []
    const catalog = context.catalog.current()
    return (await readSubAccounts(context.database, catalog, snapshot, subAccountId ?? null)).map(toSubAccount)
  }

  @fieldResolver(
    'Limits and use of this account in the pools of its parent. Null if it has no parent.',
    () => SubAccount,
    { nullable: true },
  )
  async subAccount(@Ctx() context: RequestContext, @Root() account: AccountUsage): Promise<SubAccount | null> {
    const snapshot = await requireEntitlements(context, account.id, () => snapshotOf(context, account.id))
    if (!snapshot?.pool) return null
    const [own] = await readSubAccounts(context.database, context.catalog.current(), snapshot.pool, account.id)
    return own ? toSubAccount(own) : null
  }
}

@Resolver(() => SubAccount)
export class SubAccountEdgesResolver {
  @fieldResolver('The sub-account.', () => Account)
  account(@Ctx() context: RequestContext, @Root() { accountId }: SubAccount): Promise<Account> {
    return load(context, accountId)
  }

  @fieldResolver('Account whose pools it uses.', () => Account)
  parent(@Ctx() context: RequestContext, @Root() { parentId }: SubAccount): Promise<Account> {
    return load(context, parentId)
  }
}

const load = async (context: RequestContext, id: string): Promise<Account> =>
  toAccount((await context.loaders.account.load(id))!)
