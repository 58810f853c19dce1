import { AccountUsage } from '#schema/identity/account-groups.type.js'
import { AccountPayload } from '#schema/identity/account.type.js'
import { mutationArgs } from '#schema/kernel/mutation-arguments.js'
import { Args, Ctx, Resolver, Root } from 'type-graphql'
import { Alert, AlertsArgs, SetAlertsArgs } from '#schema/entitlements/alert.type.js'
import { fieldResolver } from '#schema/kernel/decorators.js'
import { setAlerts } from '#services/entitlements/alerts/set-alerts.js'
import { requireEntitlements } from '#services/entitlements/model/visible-entitlements.js'
import type { RequestContext } from '#context/request-context.js'
import { toAccountResult } from '../identity/account-result.js'
import { alertsOf, toAlert } from './alert.mapper.js'
import { mutation } from '../kernel/mutation.js'

@Resolver(() => AccountUsage)
export class AlertResolver {
  @mutation(
    'Sets the alerts of a feature: on the use of its allowance, on its balance and on the forecast. They replace the earlier ones. Each alert is sent by event, webhook and email.',
    { payload: () => AccountPayload, permission: 'BILLING_MANAGE', moves: 'money' },
  )
  setAlerts(@Ctx() context: RequestContext, @mutationArgs(() => SetAlertsArgs) input: SetAlertsArgs) {
    return toAccountResult(context, setAlerts(context, input))
  }

  @fieldResolver(
    'Alerts with the numbers that they watch, in the order of the catalog: at most 21 for each feature.',
    () => [Alert],
  )
  async alerts(
    @Ctx() context: RequestContext,
    @Root() account: AccountUsage,
    @Args(() => AlertsArgs) { feature }: AlertsArgs,
  ): Promise<Alert[]> {
    const states = await requireEntitlements(context, account.id, () => alertsOf(context, account.id))
    return states.filter(({ feature: { code } }) => code === (feature ?? code)).map(toAlert)
  }
}
