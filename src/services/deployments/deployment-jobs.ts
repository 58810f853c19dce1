import type { Context } from '../kernel/context/context.js'
import { secondsAgo } from '#services/kernel/database/query-builder.js'
import { runPeriodically, type BackgroundJob } from '../kernel/periodic-jobs/run-periodically.js'
import { expireCommands, sweepCommands } from './commands/sweep-commands.js'
import { alertOutages } from './outages/alert-outages.js'
import { markStaleComposeAgents } from './compose/watch-compose.js'
import { markStaleAgents } from './presence/watch-presence.js'

/** Longer than twice the allowed clock skew, after which a request id could not be replayed anyway. */
const NONCE_SECONDS = 900

/**
 * Periodic jobs that depend only on the machine clock: overdue commands, silent agents, old request IDs. Safe in
 * several processes.
 */
export function startDeploymentJobs(context: Context): BackgroundJob {
  const jobs = [
    runPeriodically(context, 5_000, 'commands', () => sweepCommands(context)),
    runPeriodically(context, 5_000, 'expiry', () => expireCommands(context)),
    runPeriodically(context, 5_000, 'presence', () => markStaleAgents(context)),
    runPeriodically(context, 15_000, 'outages', () => alertOutages(context)),
    runPeriodically(context, 15_000, 'compose presence', () => markStaleComposeAgents(context)),
    runPeriodically(context, 60_000, 'nonces', () =>
      context.database.query.deleteFrom('agent_nonce').where('seenAt', '<', secondsAgo(NONCE_SECONDS)).execute(),
    ),
  ]
  return { stop: async () => void (await Promise.all(jobs.map((job) => job.stop()))) }
}
