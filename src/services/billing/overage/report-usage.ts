import { forEachSeparately } from '#services/kernel/event-loop/for-each-separately.js'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { scheduleJob } from '#services/kernel/scheduled-jobs/schedule-job.js'
import { runPeriodically, type BackgroundJob } from '#services/kernel/periodic-jobs/run-periodically.js'
import type { BillingContext } from '../model/billing-context.js'
import { collectOverage, collectOverageOf, invoicedFeatures } from '../model/collect-overage.js'
import type { PaymentPort } from '../providers/port.js'
import { collectUsage, type MeteredFeature } from './collect-usage.js'
import { deadLetter, sendUsage } from './send-usage.js'

/** The due kind of the daily report. */
export const USAGE_REPORT = 'usage.report'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** A provider reports usage that it could not count within about a day. */
const ERRORS_LOOKED_BACK_DAYS = 3

/** Reports the use of metered features hourly by the machine clock, and each midnight by the business clock. */
export async function startUsageReporter(context: BillingContext): Promise<BackgroundJob> {
  if (meteredFeatures(context).length + invoicedFeatures(context.catalog.current()).length > 0)
    await scheduleNext(context.database, context.clock.now())
  return runPeriodically(context, HOUR_MS, 'usage reports', () => reportUsage(context))
}

/**
 * Runs at midnight: reports the usage so far, and schedules the next midnight. Uncounted reports are requested at most
 * once an hour (machine clock), because midnights follow each other quickly when the business clock is moved.
 */
export async function reportDailyUsage(_due: ScheduledJobRow, context: BillingContext): Promise<void> {
  const readAt = errorsReadAt.get(context.database)
  const isDue = readAt === undefined || context.timers.monotonic() - readAt >= HOUR_MS
  try {
    const port = context.providers.STRIPE
    if (isDue) await reportUsage(context)
    else if (port) await reportNewUsage(context, port)
  } finally {
    // Also after an error: the hourly run repeats what failed, and the others are reported at their midnight.
    await scheduleNext(context.database, context.clock.now())
  }
}

/** Time at which this process last read the usage that could not be counted. */
const errorsReadAt = new WeakMap<BillingContext['database'], number>()

/**
 * Collects and sends usage, and reads the reports that could not be counted. An interrupted run is continued by the
 * next one; nothing is counted twice.
 */
export async function reportUsage(context: BillingContext): Promise<void> {
  const port = context.providers.STRIPE
  if (!port || !(await reportNewUsage(context, port))) return
  errorsReadAt.set(context.database, context.timers.monotonic())
  await noteErrors(context, port)
}

/** Collects and sends the overage of one account, whose subscription has the draft of an invoice. */
export async function reportOverageOf(context: BillingContext, port: PaymentPort, accountId: string): Promise<void> {
  await collectOverageOf(context, port.provider, accountId)
  await sendUsage(context, port, accountId)
}

/** Returns false if nothing is reported to a meter. Invoices for use are sent with any catalog. */
async function reportNewUsage(context: BillingContext, port: PaymentPort): Promise<boolean> {
  const features = meteredFeatures(context)
  await forEachSeparately(
    [
      ...features.map((feature) => () => collectUsage(context, port.provider, feature)),
      () => collectOverage(context, port.provider),
      () => sendUsage(context, port),
    ],
    (step) => step(),
  )
  return features.length > 0
}

const meteredFeatures = (context: BillingContext): MeteredFeature[] =>
  [...context.catalog.current().features.values()].flatMap(({ code, meter, overageMeter }): MeteredFeature[] => [
    ...(meter ? [{ code, meter, reports: 'UNITS' as const }] : []),
    ...(overageMeter ? [{ code, meter: overageMeter, reports: 'OVERAGE' as const }] : []),
  ])

async function scheduleNext(sql: Sql, now: Date): Promise<void> {
  const midnight = new Date((Math.floor(now.getTime() / DAY_MS) + 1) * DAY_MS)
  await scheduleJob(sql, { kind: USAGE_REPORT, key: 'all', accountId: null, runAt: midnight })
}

/** The provider takes a report first and counts it later; what it could not count is a dead letter of ours. */
async function noteErrors(context: BillingContext, port: PaymentPort): Promise<void> {
  const since = new Date(context.clock.now().getTime() - ERRORS_LOOKED_BACK_DAYS * DAY_MS)
  await forEachSeparately(port.listUsageErrors(since), async ({ identifier, error: reason }) => {
    const report = await context.database.query
      .selectFrom('usage_report')
      .select(['id', 'accountId'])
      .where('id', '=', identifier)
      .where('state', 'not in', ['DEAD', 'DROPPED'])
      .executeTakeFirst()
    if (report) await deadLetter(context, report, reason)
  })
}
