import { sql } from 'kysely'
import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { retrySeconds, startClaimLoop, type ClaimLoop } from '../claim-loop/claim-loop.js'
import { leasedRows } from '../claim-loop/leased-rows.js'
import { recordAttempt } from '../claim-loop/record-attempt.js'
import type { Context } from '../context/context.js'

/** Runs a due job. It decides by the current state, so that a job that runs too early or twice has no effect. */
export type JobHandler = (due: ScheduledJobRow, context: Context) => Promise<void>
export type JobHandlers = Readonly<Record<string, JobHandler>>

/**
 * Runs the jobs that are due by the business clock. If that is the database's time, the database compares. A process with a wrong
 * clock runs nothing. The row of a completed job is deleted; a failed job is retried with growing delays.
 */
export function startJobRunner(context: Context, handlers: JobHandlers): ClaimLoop {
  const { database } = context
  const kinds = Object.keys(handlers)
  return startClaimLoop<ScheduledJobRow>({
    name: 'scheduled_job',
    context,
    mayClaim: () => context.machineClock.isTrusted(),
    ...leasedRows(database, 'scheduled_job', {
      order: ['runAt', 'id'],
      // Jobs of a module that the installation does not have wait for it.
      only: () =>
        sql<boolean>`run_at <= ${context.clock.now()} and (${context.clock.movable} or run_at <= now()) and kind = any(${kinds})`,
    }),
    work: async (due, token) => {
      try {
        await handlers[due.kind]!(due, context)
        // A handler that rescheduled its row has released the lease with it; then this deletes nothing.
        await database.query
          .deleteFrom('scheduled_job')
          .where('id', '=', due.id)
          .where('leaseToken', '=', token)
          .execute()
      } catch (error) {
        context.log.error({ err: error, jobId: due.id, kind: due.kind, key: due.key }, 'scheduled job failed')
        await recordAttempt(database, 'scheduled_job', {
          row: due,
          token,
          values: { lastError: (error as Error).message },
          waitSeconds: retrySeconds(context.random, error, due.attempts),
        })
      }
    },
  })
}
