import { Account, AccountPayload } from '#schema/identity/account.type.js'
import { mutationArgs, keyedInput } from '#schema/kernel/mutation-arguments.js'
import {
  SpendCapPayload,
  RemoveSpendCapArgs,
  SetSpendCapInput,
  SpendCap,
  SpendCapConnection,
  SpendCapsArgs,
} from '#schema/entitlements/spend-cap.type.js'
import { Args, Ctx, Resolver, Root } from 'type-graphql'
import { AccountUsage } from '#schema/identity/account-groups.type.js'
import { User } from '#schema/identity/user.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { pageOf, pageRequest } from '#services/kernel/paging/page.js'
import { requireEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import { allCapStates } from '#services/entitlements/model/decide-spend.js'
import { removeSpendCap } from '#services/entitlements/spend-caps/remove-spend-cap.js'
import { setSpendCap } from '#services/entitlements/spend-caps/set-spend-cap.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccountResult } from '../identity/account-result.js'
import { toAccount, toUser } from '../identity/account.mapper.js'
import { toConnection } from '../kernel/page.mapper.js'
import { snapshotOf } from './load-entitlement.js'
import { spendCapOfRow, toSpendCap } from './spend-cap.mapper.js'
import { mutation } from '../kernel/mutation.js'
import type { Denied } from '#services/kernel/result/denied.js'

const CAPS_PER_PAGE = 50

@Resolver(() => SpendCap)
export class SpendCapResolver {
  @mutation(
    'Sets the most units of a feature that the account, one of its members or a sub-account uses in a period, or their highest cost beyond the allowance; further use is denied. Replaces the cap of the same feature, period and user: one in units, or one in money. Requires an owner or admin, or an operator, whose caps the account cannot change.',
    { payload: () => SpendCapPayload, moves: 'entitlements' },
  )
  async setSpendCap(
    @Ctx() context: RequestContext,
    @keyedInput('Account, feature, period and limit.', () => SetSpendCapInput) input: SetSpendCapInput,
  ): Promise<SpendCap | Denied> {
    const outcome = await setSpendCap(context, input)
    if (outcome.kind === 'denied') return outcome
    // The account was read before the change.
    context.clearLoaded()
    return (await spendCapOfRow(context, (await context.loaders.spendCap.load(outcome.capId))!))!
  }

  @mutation('Removes a spend cap. Requires an owner or admin, or an operator for a cap of an operator.', {
    payload: () => AccountPayload,
    moves: 'entitlements',
  })
  removeSpendCap(@Ctx() context: RequestContext, @mutationArgs(() => RemoveSpendCapArgs) input: RemoveSpendCapArgs) {
    return toAccountResult(context, removeSpendCap(context, input))
  }

  @fieldResolver('Member whose use is limited. Null: the whole account.', () => User, { nullable: true })
  async member(@Ctx() context: RequestContext, @Root() { userId }: SpendCap): Promise<User | null> {
    const user = userId === null ? null : await context.loaders.user.load(userId)
    return user && toUser(user)
  }

  @fieldResolver('Sub-account whose use is limited. Null: the whole account.', () => Account, { nullable: true })
  async subAccount(@Ctx() context: RequestContext, @Root() { subAccountId }: SpendCap): Promise<Account | null> {
    const row = subAccountId === null ? null : await context.loaders.account.load(subAccountId)
    return row && toAccount(row)
  }
}

@Resolver(() => AccountUsage)
export class SpendCapsResolver {
  @fieldResolver(
    'Spend caps of the account and its members, or of a sub-account, with the use of the present period, by code of the feature and age.',
    () => SpendCapConnection,
  )
  async spendCaps(
    @Ctx() context: RequestContext,
    @Root() account: AccountUsage,
    @Args(() => SpendCapsArgs) args: SpendCapsArgs,
  ): Promise<SpendCapConnection> {
    const snapshot = await requireEntitlements(context, account.id, () => snapshotOf(context, account.id))
    const caps = snapshot ? allCapStates(context.catalog.current(), snapshot) : []
    const { feature, userId, subAccountId } = args
    const wanted = caps.filter(
      ({ cap }) =>
        (feature ?? cap.feature) === cap.feature &&
        (userId ?? cap.userId) === cap.userId &&
        (subAccountId ?? null) === cap.subAccountId,
    )
    const keyOf = ({ cap }: (typeof caps)[number]) => [cap.feature, cap.id]
    const page = await pageOf(pageRequest(args, CAPS_PER_PAGE), `spendCaps:${account.id}`, keyOf, wanted)
    return { ...toConnection(page, page.items.map(toSpendCap)), totalCount: wanted.length }
  }
}
