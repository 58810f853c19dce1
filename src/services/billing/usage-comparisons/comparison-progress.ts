import type { Database } from '#services/kernel/database/database.js'
import type { Logger } from '#services/kernel/logger/logger.js'
import type { Timer, Timers } from '#services/kernel/time/timers.js'
import { publishComparison } from './publish-comparison.js'

/** Events for operators on compared uses: at most one a second for a comparison, in all processes. */
export interface ComparisonProgress {
  /** Notes that a comparison has new uses. */
  note(comparisonId: string): void
  /** Publishes what is noted; called at the end as well. */
  write(): Promise<void>
}

/** Minimum interval between two events of a comparison. */
const INTERVAL_MS = 1_000

export function createComparisonProgress({
  database,
  log,
  timers,
}: {
  readonly database: Database
  readonly log: Logger
  readonly timers: Timers
}): ComparisonProgress {
  const noted = new Set<string>()
  let timer: Timer | undefined
  let writtenAt = -Infinity
  const schedule = () => {
    timer ??= timers.setTimeout(() => void write(), Math.max(0, writtenAt + INTERVAL_MS - timers.now())).unref()
  }
  const write = async (): Promise<void> => {
    timers.clearTimeout(timer)
    timer = undefined
    const ids = [...noted]
    noted.clear()
    if (ids.length === 0) return
    writtenAt = timers.now()
    try {
      // Another process published an event of these less than a second ago. They are published with the next ones.
      for (const id of await publishProgress(database, ids, new Date(writtenAt))) noted.add(id)
    } catch (error) {
      log.warn({ err: error, comparisons: ids.length }, 'progress of comparisons not published')
    }
    if (noted.size > 0) schedule()
  }
  return {
    note: (comparisonId) => {
      noted.add(comparisonId)
      schedule()
    },
    write,
  }
}

/** Returns the comparisons whose last event is too recent. */
const publishProgress = (database: Database, ids: readonly string[], now: Date): Promise<string[]> =>
  database.transaction(async (transaction) => {
    const running = await transaction.query
      .selectFrom('usage_comparison')
      .selectAll()
      .where('id', 'in', ids)
      .where('endedAt', 'is', null)
      .orderBy('id')
      .forNoKeyUpdate()
      .execute()
    const isRecent = (progressedAt: Date | null) =>
      progressedAt !== null && Math.abs(now.getTime() - progressedAt.getTime()) < INTERVAL_MS
    const due = running.filter(({ progressedAt }) => !isRecent(progressedAt))
    if (due.length > 0)
      await transaction.query
        .updateTable('usage_comparison')
        .set({ progressedAt: now })
        .where(
          'id',
          'in',
          due.map(({ id }) => id),
        )
        .execute()
    for (const comparison of due) await publishComparison(transaction, comparison, 'usage_comparison.progressed')
    return running.flatMap(({ id, progressedAt }) => (isRecent(progressedAt) ? id : []))
  })
