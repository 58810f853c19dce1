import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { lockAccount } from '#services/identity/accounts/account-version.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import { scheduleSweep } from '../model/entitlements-sweep.js'
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
      .selectFrom('alert')
      .select(['id', 'feature'])
      .where('accountId', '=', accountId)
      .where('basis', '=', 'FORECAST')
      .where('endedAt', 'is', null)
      .execute()
    if (alerts.length === 0) return
    const at = context.clock.now()
    const snapshot = (await loadSnapshot(transaction, catalog, accountId, at))!
    const next: number[] = []
    for (const { id: alertId, feature: code } of alerts) {
      const feature = catalog.features.get(code)
      const use = feature && isUsageAlertable(catalog, feature) ? allowanceUseOf(snapshot, feature) : null
      next.push(use ? await forecastOne(transaction, { accountId, alertId, use, at }) : at.getTime() + INTERVAL_MS)
    }
    await scheduleForecast(transaction, accountId, new Date(Math.min(...next)))
  })
}

interface Forecast {
  readonly accountId: string
  readonly alertId: string
  readonly use: AllowanceUse
  readonly at: Date
}

/** Writes a crossing if the forecast of an alert is beyond the allowance, and returns the time of the next one. */
async function forecastOne(transaction: Transaction, { accountId, alertId, use, at }: Forecast): Promise<number> {
  const { window, allowance, used } = use
  const soon = Math.max(at.getTime() + INTERVAL_MS, forecastFrom(window).getTime())
  const key = window.start.toISOString()
  const known = await transaction.query
    .selectFrom('alert_crossing')
    .select('key')
    .where('accountId', '=', accountId)
    .where('alertId', '=', alertId)
    .where('key', '=', key)
    .executeTakeFirst()
  const inNextWindow = Math.max(at.getTime() + INTERVAL_MS, window.end.getTime())
  if (known) return inNextWindow
  if (!isForecastBeyond(use, at)) return soon
  await transaction.query
    .insertInto('alert_crossing')
    .values({
      accountId,
      alertId,
      key,
      base: allowance,
      value: used,
      forecast: forecastUnits(use, at),
      windowStart: window.start,
      windowEnd: window.end,
      at,
    })
    .execute()
  await scheduleSweep(transaction, accountId, at)
  return inNextWindow
}
