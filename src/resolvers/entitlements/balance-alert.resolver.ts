import { Ctx, Resolver, Root } from 'type-graphql'
import { BalanceAlert, SetBalanceAlertsInput, SetBalanceAlertsResult } from '#schema/entitlements/balance-alert.type.js'
import { Account } from '#schema/identity/account.type.js'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { balanceAlerts } from '#services/entitlements/balance-levels/balance-alerts.js'
import { setBalanceAlerts } from '#services/entitlements/balance-levels/set-balance-alerts.js'
import { requireEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import type { RequestContext } from '#context/request-context.js'
import { toFeature } from '../catalog/plan.mapper.js'
import { toAccount } from '../identity/account.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { snapshotOf } from './load-entitlement.js'

@Resolver(() => Account)
export class BalanceAlertResolver {
  @mutation(
    'Sets the balances of a feature below which an alert is sent by event, webhook and email, in place of the earlier ones. Requires an owner or admin.',
    () => SetBalanceAlertsResult,
  )
  async setBalanceAlerts(
    @Ctx() context: RequestContext,
    @arg('input', 'Account, feature and levels.', () => SetBalanceAlertsInput) input: SetBalanceAlertsInput,
  ): Promise<SetBalanceAlertsResult> {
    const outcome = await setBalanceAlerts(context, input)
    return outcome.kind === 'denied'
      ? toDenial<SetBalanceAlertsResult & { __typename: 'Refused' }>(context, outcome.denial)
      : toAccount((await context.loaders.account.load(outcome.account.id)) ?? outcome.account)
  }

  @fieldResolver('Balances below which an alert is sent, the highest level of a feature first.', () => [BalanceAlert], {
    nullable: true,
  })
  async balanceAlerts(@Ctx() context: RequestContext, @Root() account: Account): Promise<BalanceAlert[]> {
    const snapshot = await requireEntitlements(context, account.id, () => snapshotOf(context, account.id))
    if (!snapshot) return []
    return (await balanceAlerts(context, snapshot)).map(({ feature, ...state }) => ({
      __typename: 'BalanceAlert',
      feature: toFeature(feature),
      ...state,
    }))
  }
}
