import type { Sql } from '../database/sql.js'
import { newId } from '../ids/ids.js'

/** Topic: a job was scheduled or the clock was moved. */
export const SCHEDULED_JOB_TOPIC = 'scheduled_job'

export interface JobToSchedule {
  /** As `checkout.expire`; the composition root says who handles it. */
  readonly kind: string
  /** The thing that it is about; one moment per kind and key, the latest schedule wins. */
  readonly key: string
  readonly accountId: string | null
  /** Business time. */
  readonly runAt: Date
  /** Machine seconds to wait besides: for what the caller does itself right now, and only a crash leaves undone. */
  readonly delaySeconds?: number
}

/** Schedules (or reschedules) something by the business clock. */
export async function scheduleJob(sql: Sql, moment: JobToSchedule): Promise<void> {
  await sql.run(
    `insert into scheduled_job (id, kind, key, account_id, run_at, available_at) values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))
     on conflict on constraint scheduled_job_once do update set run_at = excluded.run_at, attempts = 0, available_at = excluded.available_at,
       lease_token = null, lease_until = null`,
    [newId('job'), moment.kind, moment.key, moment.accountId, moment.runAt, moment.delaySeconds ?? 0],
  )
}

/** Takes something from the calendar. */
export async function cancelJob(sql: Sql, kind: string, key: string): Promise<void> {
  await sql.run(`delete from scheduled_job where kind = $1 and key = $2`, [kind, key])
}

/** The next due moment, if there is one. */
export async function nextRunAt(sql: Sql): Promise<Date | null> {
  return (await sql.row<{ runAt: Date | null }>(`select min(run_at) as run_at from scheduled_job`))?.runAt ?? null
}
