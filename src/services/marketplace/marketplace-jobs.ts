import { forEachSeparately } from '../kernel/event-loop/for-each-separately.js'
import type { Context } from '../kernel/context/context.js'
import { runPeriodically, type BackgroundJob } from '../kernel/periodic-jobs/run-periodically.js'
import { countSales } from './counts/count-sales.js'
import { countInstalls } from './counts/record-install.js'

/** Periodic jobs of the marketplace on the machine clock. Safe in several processes. */
export const startMarketplaceJobs = (context: Context): BackgroundJob =>
  runPeriodically(context, 5_000, 'installs', () =>
    forEachSeparately([countInstalls, countSales], (count) => count(context)),
  )
