import type { ScheduledJobRow } from '#entities/kernel/scheduled-job.entity.js'
import type { QueueName } from '#services/kernel/claim-loop/queues.js'
import { sql } from 'kysely'
import type { Sql } from '../database/sql.js'

/** Topic: a job was scheduled or the clock was moved. */
export const SCHEDULED_JOB_TOPIC = 'scheduled_job' satisfies QueueName

export interface JobToSchedule {
  /** As `checkout.expire`; the composition root says who handles it. */
  readonly kind: string
  /** The thing that it is about; one moment per kind and key, the latest schedule wins. */
  readonly key: string
  readonly accountId: string | null
  /** Business time. */
  readonly runAt: Date
  /**
   * Additional delay in machine seconds for work that the caller does itself now and that stays undone only after a
   * crash.
   */
  readonly delaySeconds?: number
}

/** Schedules (or reschedules) something by the business clock. */
export async function scheduleJob(database: Sql, job: JobToSchedule): Promise<void> {
  await database.query
    .insertInto('scheduled_job')
    .values({
      id: database.newId('job'),
      kind: job.kind,
      key: job.key,
      accountId: job.accountId,
      runAt: job.runAt,
      availableAt: sql`now() + make_interval(secs => ${job.delaySeconds ?? 0})`,
    })
    .onConflict((conflict) =>
      conflict.constraint('scheduled_job_once').doUpdateSet((eb) => ({
        runAt: eb.ref('excluded.runAt'),
        attempts: 0,
        availableAt: eb.ref('excluded.availableAt'),
        leaseToken: null,
        leaseUntil: null,
      })),
    )
    .execute()
}

/** Deletes a scheduled job. */
export async function cancelJob(database: Sql, kind: string, key: string): Promise<void> {
  await database.query.deleteFrom('scheduled_job').where('kind', '=', kind).where('key', '=', key).execute()
}

/** Time of the next job after a time. Null if none is scheduled. */
export async function nextRunAt(database: Sql, after: Date): Promise<Date | null> {
  const { runAt } = await database.query
    .selectFrom('scheduled_job')
    .select(({ fn }) => fn.min<Date | null>('runAt').as('runAt'))
    .where('runAt', '>', after)
    .executeTakeFirstOrThrow()
  return runAt
}

export type DelayedJob = Pick<ScheduledJobRow, 'kind' | 'key' | 'lastError'>

/** Delays the jobs of some kinds that are due at a time and do not wait for a retry, by seconds of the machine. Returns them. */
export const delayDueJobs = (
  database: Sql,
  kinds: readonly string[],
  at: Date,
  seconds: number,
): Promise<DelayedJob[]> =>
  database.query
    .updateTable('scheduled_job')
    .set({ availableAt: sql`now() + make_interval(secs => ${seconds})`, leaseToken: null, leaseUntil: null })
    .where('kind', 'in', kinds)
    .where('runAt', '<=', at)
    .where((job) => job.or([job('availableAt', '<=', sql<Date>`now()`), job('leaseUntil', '>', sql<Date>`now()`)]))
    .returning(['kind', 'key', 'lastError'])
    .execute()
