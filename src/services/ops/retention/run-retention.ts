import type { Context } from '#services/kernel/context/context.js'
import { runPeriodically, type BackgroundJob } from '#services/kernel/periodic-jobs/run-periodically.js'
import { RETENTION_RULES, type RetentionRule } from './retention-rules.js'

const BATCH = 5_000
const HOURLY_MS = 3_600_000

type Parts = Pick<Context, 'database' | 'log' | 'metrics' | 'timers'>

/**
 * Runs all retention rules in batches. Returns the number of deleted rows per rule. A failing rule does not block
 * others.
 */
export async function runRetention(
  { database, log, metrics, timers }: Parts,
  rules: readonly RetentionRule[] = RETENTION_RULES,
  isStopping: () => boolean = () => false,
): Promise<Record<string, number>> {
  const deletedRows: Record<string, number> = {}
  for (const { name, days, deleteOld } of rules) {
    deletedRows[name] = 0
    try {
      for (let some = BATCH; some === BATCH && !isStopping();) {
        some = await deleteOld(database, days, BATCH)
        deletedRows[name] += some
        metrics.retentionDeleted.inc({ rule: name }, some)
      }
      metrics.retentionRun.set({ rule: name }, timers.now() / 1000)
    } catch (error) {
      log.warn({ err: error, rule: name }, 'retention rule failed, retrying within an hour')
    }
  }
  return deletedRows
}

/** Once an hour; safe in several processes. */
export const startRetention = (context: Context): BackgroundJob =>
  runPeriodically(context, HOURLY_MS, 'retention', (isStopping) => runRetention(context, RETENTION_RULES, isStopping))
