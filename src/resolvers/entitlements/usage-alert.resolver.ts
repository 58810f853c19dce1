import { Ctx, Resolver, Root } from 'type-graphql'
import { SetUsageAlertsInput, SetUsageAlertsResult, UsageAlert } from '#schema/entitlements/usage-alert.type.js'
import { Account } from '#schema/identity/account.type.js'
import { arg, fieldResolver, mutation } from '#schema/kernel/decorators.js'
import { requireEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import { setUsageAlerts } from '#services/entitlements/usage-alerts/set-usage-alerts.js'
import { usageAlerts } from '#services/entitlements/usage-alerts/usage-alerts.js'
import type { RequestContext } from '#context/request-context.js'
import { toFeature } from '../catalog/plan.mapper.js'
import { toAccount } from '../identity/account.mapper.js'
import { toDenial } from '../kernel/denial.mapper.js'
import { snapshotOf } from './load-entitlement.js'

@Resolver(() => Account)
export class UsageAlertResolver {
  @mutation(
    'Sets the alerts on the allowance of a quota: levels in percent or in used units, and a forecast beyond it. Each is sent once in a window by event, webhook and email. Replaces the earlier ones. Requires an owner or admin.',
    () => SetUsageAlertsResult,
  )
  async setUsageAlerts(
    @Ctx() context: RequestContext,
    @arg('input', 'Account, feature, levels and forecast.', () => SetUsageAlertsInput) input: SetUsageAlertsInput,
  ): Promise<SetUsageAlertsResult> {
    const outcome = await setUsageAlerts(context, input)
    return outcome.kind === 'denied'
      ? toDenial<SetUsageAlertsResult & { __typename: 'Refused' }>(context, outcome.denial)
      : toAccount((await context.loaders.account.load(outcome.account.id)) ?? outcome.account)
  }

  @fieldResolver('Alerts on allowances, with their basis, in the order of the catalog.', () => [UsageAlert], {
    nullable: true,
  })
  async usageAlerts(@Ctx() context: RequestContext, @Root() account: Account): Promise<UsageAlert[]> {
    const snapshot = await requireEntitlements(context, account.id, () => snapshotOf(context, account.id))
    if (!snapshot) return []
    return (await usageAlerts(context, snapshot)).map(({ feature, ...state }) => ({
      __typename: 'UsageAlert',
      feature: toFeature(feature),
      ...state,
    }))
  }
}
