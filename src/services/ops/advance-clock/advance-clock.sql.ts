import { ALL_QUEUES } from '#services/kernel/claim-loop/queues.js'
import { statement } from '#services/kernel/database/statement.js'

const PARTS = ALL_QUEUES.filter(({ followsClock }) => followsClock).map(
  ({ table, open, ready }) =>
    `select 1 from ${table} where ${open} and ${ready} and (available_at <= now() or lease_until > now())`,
)

/** True if queues that follow the clock have work that can be done now. */
export const hasPendingWork = statement<{ businessTime: Date }, { pending: boolean }>(`
  select count(*) > 0 as pending from (${PARTS.join(' union all ')}) work
`)

export interface SkippedJob {
  readonly kind: string
  readonly key: string
  readonly lastError: string | null
}

/** Delays the jobs that are due and do not finish, by seconds of the machine. */
export const skipDueJobs = statement<{ businessTime: Date; delay: number }, SkippedJob>(`
  update scheduled_job set available_at = now() + make_interval(secs => :delay), lease_token = null, lease_until = null
  where run_at <= :businessTime and (available_at <= now() or lease_until > now())
  returning kind, key, last_error
`)
