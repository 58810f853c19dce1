import type { Context } from '#services/kernel/context/context.js'
import { runPeriodically, type BackgroundJob } from '#services/kernel/periodic-jobs/run-periodically.js'
import { deletePastRates } from './rates.sql.js'

/** Deletes past minutes. They no longer count; this keeps the table small. */
export const startRateSweeper = (context: Context): BackgroundJob =>
  runPeriodically(context, 60_000, 'rates', () => context.database.run(deletePastRates))
