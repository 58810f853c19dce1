import type { Context } from '#services/kernel/context/context.js'
import { runPeriodically, type BackgroundJob } from '#services/kernel/periodic-jobs/run-periodically.js'
import { rulesUnder, type RetentionRule } from './retention-rule.js'

const BATCH = 5_000
const HOURLY_MS = 3_600_000

type Parts = Pick<Context, 'config' | 'declared' | 'database' | 'log' | 'metrics' | 'timers'>

/**
 * Runs all retention rules in batches. Returns the number of deleted rows per rule. A failing rule does not block
 * others.
 */
export async function runRetention(
  { config, database, declared, log, metrics, timers }: Parts,
  rules: readonly RetentionRule[] = rulesUnder(config, declared.retention),
  isStopping: () => boolean = () => false,
): Promise<Record<string, number>> {
  const deletedRows: Record<string, number> = {}
  for (const { name, days, batch = BATCH, deleteOld } of rules) {
    deletedRows[name] = 0
    try {
      const deleteAll = async (limit: number): Promise<void> => {
        for (let some = limit; some === limit && !isStopping();) {
          some = await deleteOld(database, days, limit)
          deletedRows[name]! += some
          metrics.retentionDeleted.inc({ rule: name }, some)
        }
      }
      await deleteAll(batch).catch((error: unknown) => {
        if (batch <= BATCH) throw error
        // On a slow disk a large batch exceeds the time limit of a statement.
        log.warn({ err: error, rule: name }, 'retention rule failed, continuing with smaller batches')
        return deleteAll(BATCH)
      })
      metrics.retentionRun.set({ rule: name }, timers.now() / 1000)
    } catch (error) {
      log.warn({ err: error, rule: name }, 'retention rule failed, retrying within an hour')
    }
  }
  return deletedRows
}

/** Once an hour; safe in several processes. */
export const startRetention = (context: Context): BackgroundJob =>
  runPeriodically(context, HOURLY_MS, 'retention', (isStopping) => runRetention(context, undefined, isStopping))
