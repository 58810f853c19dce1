import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import { retrySeconds, startClaimLoop, type ClaimLoop } from '../claim-loop/claim-loop.js'
import { leasedRows } from '../claim-loop/leased-rows.js'
import type { Context } from '../context/context.js'
import { SCHEDULED_JOB_TOPIC } from './schedule-job.js'

/** Does what fell due. It decides by the state that it finds, so that a moment which came too early or twice changes nothing. */
export type JobHandler = (due: ScheduledJobRow, context: Context) => Promise<void>
export type JobHandlers = Readonly<Record<string, JobHandler>>

/**
 * Runs what is due by the business clock; where that is the database's time, the database compares. A process whose clock is wrong runs
 * nothing. A row is gone when its work is done; a failure is tried again with growing delay.
 */
export function startJobRunner(context: Context, handlers: JobHandlers): ClaimLoop {
  const { database } = context
  return startClaimLoop<ScheduledJobRow>({
    name: 'scheduled_job',
    database,
    log: context.log,
    notifier: context.notifier,
    topic: SCHEDULED_JOB_TOPIC,
    mayClaim: () => context.machineClock.isTrusted(),
    ...leasedRows<ScheduledJobRow>(database, {
      table: 'scheduled_job',
      order: 'run_at, id',
      open: null,
      only: {
        sql: 'run_at <= $4 and ($5 or run_at <= now())',
        values: () => [context.clock.now(), context.clock.movable],
      },
    }),
    work: async (due, token) => {
      try {
        const handler = handlers[due.kind]
        if (!handler) throw new Error(`no handler for scheduled jobs of kind ${due.kind}`)
        await handler(due, context)
        // A handler that rescheduled its row has released the lease with it; then this deletes nothing.
        await database.run(`delete from scheduled_job where id = $1 and lease_token = $2`, [due.id, token])
      } catch (error) {
        context.log.error({ err: error, jobId: due.id, kind: due.kind, key: due.key }, 'scheduled job failed')
        await database.run(
          `update scheduled_job set last_error = $3, lease_token = null, lease_until = null, available_at = now() + make_interval(secs => $4) where id = $1 and lease_token = $2`,
          [due.id, token, (error as Error).message, retrySeconds(error, due.attempts)],
        )
      }
    },
  })
}
