import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import { scheduleCapAlerts } from '../spend-caps/send-cap-alerts.js'
import {
  allowanceUseOf,
  forecastFrom,
  forecastUnits,
  isForecastBeyond,
  isUsageAlertable,
  type AllowanceUse,
} from '../model/decide-usage-alerts.js'

/** Kind of the scheduled job that compares forecasts with allowances. Its key is the account ID. */
export const USAGE_FORECAST = 'usage.forecast'

const INTERVAL_MS = 6 * 3_600_000

/** Schedules the forecasts of an account. The job schedules itself again while the account has alerts on forecasts. */
export const scheduleForecast = (transaction: Transaction, accountId: string, runAt: Date): Promise<void> =>
  scheduleJob(transaction, { kind: USAGE_FORECAST, key: accountId, accountId, runAt })

/**
 * Compares the forecasts of an account with its allowances. A forecast beyond an allowance is written once in a window, under the
 * lock of the account, and sent by the next sweep.
 */
export async function forecastUsage(due: ScheduledJobRow, context: CatalogContext): Promise<void> {
  const accountId = due.key
  const catalog = context.catalog.current()
  await context.database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId)
    const alerts = await transaction.query
      .selectFrom('usage_alert')
      .select('feature')
      .where('accountId', '=', accountId)
      .where('onForecast', '=', true)
      .execute()
    if (alerts.length === 0) return
    const at = context.clock.now()
    const snapshot = (await loadSnapshot(transaction, catalog, accountId, at))!
    const next: number[] = []
    for (const { feature: code } of alerts) {
      const feature = catalog.features.get(code)
      const use = feature && isUsageAlertable(catalog, feature) ? allowanceUseOf(snapshot, feature) : null
      next.push(
        use ? await forecastOne(transaction, { accountId, feature: code, use, at }) : at.getTime() + INTERVAL_MS,
      )
    }
    await scheduleForecast(transaction, accountId, new Date(Math.min(...next)))
  })
}

interface Forecast {
  readonly accountId: string
  readonly feature: string
  readonly use: AllowanceUse
  readonly at: Date
}

/** Writes the forecast of a feature if it is beyond the allowance, and returns the time of the next one. */
async function forecastOne(transaction: Transaction, { accountId, feature, use, at }: Forecast): Promise<number> {
  const { window, allowance, used } = use
  const soon = Math.max(at.getTime() + INTERVAL_MS, forecastFrom(window).getTime())
  const isSent = await transaction.query
    .selectFrom('usage_alert_level')
    .select('percent')
    .where('accountId', '=', accountId)
    .where('feature', '=', feature)
    .where('windowStart', '=', window.start)
    .where('percent', '=', 0)
    .executeTakeFirst()
  const inNextWindow = Math.max(at.getTime() + INTERVAL_MS, window.end.getTime())
  if (isSent) return inNextWindow
  if (!isForecastBeyond(use, at)) return soon
  await transaction.query
    .insertInto('usage_alert_level')
    .values({
      accountId,
      feature,
      windowStart: window.start,
      windowEnd: window.end,
      allowance,
      percent: 0,
      used,
      forecast: forecastUnits(use, at),
      at,
    })
    .execute()
  await scheduleCapAlerts(transaction, accountId, at)
  return inNextWindow
}
