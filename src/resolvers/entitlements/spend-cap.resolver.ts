import { Ctx, Resolver, Root } from 'type-graphql'
import {
  RemoveSpendCapInput,
  RemoveSpendCapResult,
  SetSpendCapInput,
  SetSpendCapResult,
  SpendCap,
} from '#schema/entitlements/spend-cap.type.js'
import { Account } from '#schema/identity/account.type.js'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { requireEntitlements } from '#services/entitlements/snapshot/visible-entitlements.js'
import { capStates, type CapState } from '#services/entitlements/spend-caps/decide-spend.js'
import { removeSpendCap } from '#services/entitlements/spend-caps/remove-spend-cap.js'
import { setSpendCap, type SpendCapOutcome } from '#services/entitlements/spend-caps/set-spend-cap.js'
import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { RequestContext } from '#context/request-context.js'
import { toFeature } from '../catalog/plan.mapper.js'
import { toAccount } from '../identity/account.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { snapshotOf } from './load-entitlement.js'

const toResult = async (context: RequestContext, outcome: SpendCapOutcome): Promise<SetSpendCapResult> =>
  outcome.kind === 'denied'
    ? toDenial<SetSpendCapResult & { __typename: 'Refused' }>(context, outcome.denial)
    : toAccount((await context.loaders.account.load(outcome.account.id)) ?? outcome.account)

export const toSpendCap = (
  feature: FeatureDefinition,
  { cap, used, reserved, remaining, period }: CapState,
): SpendCap => ({
  __typename: 'SpendCap',
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

@Resolver(() => Account)
export class SpendCapResolver {
  @mutation(
    'Sets the most units of a feature that the account uses in a period; further use is denied. Replaces an earlier cap of the feature and period. Requires an owner or admin.',
    () => SetSpendCapResult,
  )
  async setSpendCap(
    @Ctx() context: RequestContext,
    @arg('input', 'Account, feature, period and amount.', () => SetSpendCapInput) input: SetSpendCapInput,
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

  @fieldResolver('Spend caps of the account, with the use of the present period.', () => [SpendCap], { nullable: true })
  async spendCaps(@Ctx() context: RequestContext, @Root() account: Account): Promise<SpendCap[]> {
    const catalog = context.catalog.current()
    const snapshot = await requireEntitlements(context, account.id, () => snapshotOf(context, account.id))
    if (!snapshot) return []
    return catalog.spendCaps.flatMap((code) => {
      const feature = catalog.features.get(code)
      return feature ? capStates(catalog, snapshot, feature).map((state) => toSpendCap(feature, state)) : []
    })
  }
}
