import { Ctx, ID, Resolver, Root } from 'type-graphql'
import {
  MemberCap,
  MemberMoneyCap,
  MoneyCap,
  RemoveSpendCapInput,
  RemoveSpendCapResult,
  SetSpendCapInput,
  SetSpendCapResult,
  SpendCap,
} from '#schema/entitlements/spend-cap.type.js'
import { Account } from '#schema/identity/account.type.js'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { requireEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import { capStates, memberCapStates, type CapState } from '#services/entitlements/model/decide-spend.js'
import { removeSpendCap } from '#services/entitlements/spend-caps/remove-spend-cap.js'
import { setSpendCap, type SpendCapOutcome } from '#services/entitlements/spend-caps/set-spend-cap.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { RequestContext } from '#context/request-context.js'
import { toFeature } from '../catalog/plan.mapper.js'
import { toAccount } from '../identity/account.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { toMoney } from '../kernel/price.mapper.js'
import { snapshotOf } from './load-entitlement.js'

const toResult = async (context: RequestContext, outcome: SpendCapOutcome): Promise<SetSpendCapResult> =>
  outcome.kind === 'denied'
    ? toDenial<SetSpendCapResult & { __typename: 'Refused' }>(context, outcome.denial)
    : toAccount((await context.loaders.account.load(outcome.account.id)) ?? outcome.account)

export const toSpendCap = (feature: FeatureDefinition, state: CapState): SpendCap => ({
  __typename: 'SpendCap',
  ...unitsOf(feature, state),
})

const unitsOf = (feature: FeatureDefinition, { cap, used, reserved, remaining, period }: CapState) => ({
  feature: toFeature(feature),
  period: cap.period,
  setter: cap.setter,
  amount: cap.amount,
  used,
  reserved,
  remaining,
  alertPercents: cap.alertPercents,
  resetsAt: period.end,
})

const toMoneyCap = (feature: FeatureDefinition, currency: string, state: CapState): MoneyCap => ({
  __typename: 'MoneyCap',
  ...moneyOf(feature, currency, state),
})

function moneyOf(feature: FeatureDefinition, currency: string, { cap, used, reserved, remaining, period }: CapState) {
  const money = (amountMinor: number) => toMoney({ amountMinor, currency })
  return {
    feature: toFeature(feature),
    period: cap.period,
    setter: cap.setter,
    amount: money(cap.amount),
    used: money(used),
    reserved: money(reserved),
    remaining: money(remaining),
    alertPercents: cap.alertPercents,
    resetsAt: period.end,
  }
}

@Resolver(() => Account)
export class SpendCapResolver {
  @mutation(
    'Sets the most units of a feature that the account or one of its members uses in a period, or their highest cost beyond the allowance; further use is denied. Replaces an earlier cap of the feature, period and member: one in units, or one in money. Requires an owner or admin.',
    () => SetSpendCapResult,
  )
  async setSpendCap(
    @Ctx() context: RequestContext,
    @arg('input', 'Account, feature, period, and amount or money.', () => SetSpendCapInput) input: SetSpendCapInput,
  ): Promise<SetSpendCapResult> {
    return toResult(context, await setSpendCap(context, input))
  }

  @mutation('Removes a spend cap. Requires an owner or admin.', () => RemoveSpendCapResult)
  async removeSpendCap(
    @Ctx() context: RequestContext,
    @arg('input', 'Cap to remove.', () => RemoveSpendCapInput) input: RemoveSpendCapInput,
  ): Promise<RemoveSpendCapResult> {
    return toResult(context, await removeSpendCap(context, input))
  }

  @fieldResolver('Spend caps of the account in units, with the use of the present period.', () => [SpendCap], {
    nullable: true,
  })
  async spendCaps(@Ctx() context: RequestContext, @Root() account: Account): Promise<SpendCap[]> {
    const states = await capsOf(context, account.id)
    return states.flatMap(({ feature, state }) => (state.cap.currency === null ? [toSpendCap(feature, state)] : []))
  }

  @fieldResolver('Spend caps of the account in money, with the cost of the present period.', () => [MoneyCap], {
    nullable: true,
  })
  async moneyCaps(@Ctx() context: RequestContext, @Root() account: Account): Promise<MoneyCap[]> {
    const states = await capsOf(context, account.id)
    return states.flatMap(({ feature, state }) =>
      state.cap.currency === null ? [] : [toMoneyCap(feature, state.cap.currency, state)],
    )
  }

  @fieldResolver('Spend caps of members in units, with their use of the present period.', () => [MemberCap], {
    nullable: true,
  })
  async memberCaps(
    @Ctx() context: RequestContext,
    @Root() account: Account,
    @arg('userId', 'Member whose caps are returned. Default: all members.', () => ID, { nullable: true })
    userId: string | null,
  ): Promise<MemberCap[]> {
    const states = await memberCapsOf(context, account.id, userId)
    return states.flatMap(({ member, feature, state }) =>
      state.cap.currency === null ? [{ __typename: 'MemberCap', userId: member, ...unitsOf(feature, state) }] : [],
    )
  }

  @fieldResolver(
    'Spend caps of members in money, with the cost of their use in the present period.',
    () => [MemberMoneyCap],
    { nullable: true },
  )
  async memberMoneyCaps(
    @Ctx() context: RequestContext,
    @Root() account: Account,
    @arg('userId', 'Member whose caps are returned. Default: all members.', () => ID, { nullable: true })
    userId: string | null,
  ): Promise<MemberMoneyCap[]> {
    const states = await memberCapsOf(context, account.id, userId)
    return states.flatMap(({ member, feature, state }) => {
      const { currency } = state.cap
      return currency === null
        ? []
        : [{ __typename: 'MemberMoneyCap', userId: member, ...moneyOf(feature, currency, state) }]
    })
  }
}

/** Caps of members, in the order of the catalog: all of them, or those of one member. */
async function memberCapsOf(context: RequestContext, accountId: string, userId: string | null) {
  const states = await capsOf(context, accountId, memberCapStates)
  return states.flatMap(({ feature, state }) => {
    const member = state.cap.userId
    return member !== null && (userId ?? member) === member ? [{ member, feature, state }] : []
  })
}

/** Caps of an account in units and in money, in the order of the catalog. */
async function capsOf(
  context: RequestContext,
  accountId: string,
  statesOf: typeof memberCapStates = capStates,
): Promise<readonly { readonly feature: FeatureDefinition; readonly state: CapState }[]> {
  const catalog = context.catalog.current()
  const snapshot = await requireEntitlements(context, accountId, () => snapshotOf(context, accountId))
  if (!snapshot) return []
  return catalog.spendCaps.flatMap((code) => {
    const feature = catalog.features.get(code)
    return feature ? statesOf(catalog, snapshot, feature).map((state) => ({ feature, state })) : []
  })
}
