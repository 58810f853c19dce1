import { alertInputs, alertLevels, expectResult, otherAlerts } from '@stackgate/client'
import { Alerts, SetAlerts, type AlertFields, type AlertsData } from '@stackgate/client/documents'
import type { MutationResult } from '../mutation.js'
import { useStackgateContext } from '../provider.js'
import { useAccountId, useStackgateQuery, type QueryResult } from '../query.js'
import { useAccountChange, type ChangedAccount } from './use-account-change.js'

/** Alerts on the allowance of a feature and on its forecast, with their basis. */
export interface FeatureUsageAlerts extends Pick<AlertFields, 'feature' | 'forecast' | 'resetsAt'> {
  readonly percents: readonly number[]
  /** Used units. */
  readonly units: readonly number[]
  readonly onForecast: boolean
  readonly used: number
  /** Null if unlimited, and without an allowance. */
  readonly allowance: number | null
}

/** Alerts of an account, and the features that can have some. */
export interface UsageAlertsState {
  /** Null if the caller may not read them. */
  readonly alerts: readonly FeatureUsageAlerts[] | null
  readonly features: AlertsData['features']
  /** True if the caller may set alerts. */
  readonly canManage: boolean
}

/** Alerts of a feature, in place of its earlier ones. Those on its balance stay. */
export interface UsageAlertsInput {
  readonly feature: string
  readonly percents: readonly number[]
  readonly units: readonly number[]
  readonly onForecast: boolean
}

/** Usage alerts of the account with their basis, live. */
export function useUsageAlerts(accountId?: string): QueryResult<UsageAlertsState> & {
  readonly set: MutationResult<UsageAlertsInput, ChangedAccount>
} {
  const { client } = useStackgateContext()
  const account = useAccountId(accountId)
  const query = useStackgateQuery({
    name: 'Alerts',
    document: Alerts,
    variables: { account: account ?? undefined },
    account,
    select: stateOf,
  })
  const own = { accountId: account ?? undefined }
  const set = useAccountChange<UsageAlertsInput>(query, async ({ feature, percents, units, onForecast, key }) => {
    // The alerts are read again, because those on the balance can have changed.
    const { account: found } = await client.request(Alerts, { account: account ?? undefined, feature })
    const alerts = [
      ...alertInputs('ALLOWANCE', { percents, units }),
      ...(onForecast ? [{ basis: 'FORECAST' as const }] : []),
      ...otherAlerts(found?.usage?.alerts ?? [], ['ALLOWANCE', 'FORECAST']),
    ]
    return expectResult((await client.request(SetAlerts, { ...own, key, feature, alerts })).setAlerts)
  })
  return { ...query, set }
}

const stateOf = ({ account, features }: AlertsData): UsageAlertsState => ({
  alerts: account?.usage ? byFeature(account.usage.alerts.filter(({ basis }) => basis !== 'BALANCE')) : null,
  features: features.filter(({ usageAlertable }) => usageAlertable),
  canManage: account?.viewerCan.includes('BILLING_MANAGE') ?? false,
})

const byFeature = (alerts: readonly AlertFields[]): FeatureUsageAlerts[] =>
  [...new Set(alerts.map(({ feature }) => feature.code))].map((code) => {
    const own = alerts.filter(({ feature }) => feature.code === code)
    const { feature, forecast, resetsAt, used, base } = own[0]!
    const { percents, units } = alertLevels(own, 'ALLOWANCE')
    const onForecast = own.some(({ basis }) => basis === 'FORECAST')
    return { feature, percents, units, onForecast, used: used ?? 0, allowance: base, forecast, resetsAt }
  })
