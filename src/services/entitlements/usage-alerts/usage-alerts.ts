import type { FeatureDefinition } from '#services/catalog/definition/types.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { allowanceUseOf, forecastUnits, isUsageAlertable, windowUseOf } from '../model/decide-usage-alerts.js'

/** Alerts of an account on one allowance, with their basis. */
export interface UsageAlertState {
  readonly feature: FeatureDefinition
  readonly percents: readonly number[]
  /** Used units. */
  readonly amounts: readonly number[]
  readonly onForecast: boolean
  readonly used: number
  /** Null if the account has none, or if it is unlimited. */
  readonly allowance: number | null
  /** Null before a tenth of the window, and without an allowance. */
  readonly forecast: number | null
  readonly resetsAt: Date | null
}

/** Alerts of an account on allowances, in the order of the catalog. */
export async function usageAlerts(context: CatalogContext, snapshot: AccountSnapshot): Promise<UsageAlertState[]> {
  const catalog = context.catalog.current()
  const rows = await context.database.query
    .selectFrom('usage_alert')
    .select(['feature', 'percents', 'amounts', 'onForecast'])
    .where('accountId', '=', snapshot.accountId)
    .execute()
  return [...catalog.features.values()].flatMap((feature): UsageAlertState[] => {
    const row = rows.find(({ feature: code }) => code === feature.code)
    if (!row || !isUsageAlertable(catalog, feature)) return []
    const use = windowUseOf(snapshot, feature)
    const limited = allowanceUseOf(snapshot, feature)
    return [
      {
        feature,
        percents: row.percents,
        amounts: row.amounts,
        onForecast: row.onForecast,
        used: use?.used ?? 0,
        allowance: limited?.allowance ?? null,
        forecast: limited && forecastUnits(limited, snapshot.at),
        // Without any allowance nothing begins again.
        resetsAt: use?.allowance === 0 ? null : (use?.window.end ?? null),
      },
    ]
  })
}
