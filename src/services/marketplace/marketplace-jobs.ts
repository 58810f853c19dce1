import type { Context } from '../kernel/context/context.js'
import { runPeriodically, type BackgroundJob } from '../kernel/periodic-jobs/run-periodically.js'
import { countInstalls } from './counts/record-install.js'

/** What the marketplace does by the machine clock. Safe in several processes at once. */
export const startMarketplaceJobs = (context: Context): BackgroundJob =>
  runPeriodically(context, 1_000, 'installs', () => countInstalls(context))
