import type { Sql } from '#services/kernel/database/sql.js'

/** True if inbox, outbox, mail and what is due by the business clock are empty of work that could be done now. */
export async function hasPendingWork(sql: Sql, now: Date): Promise<boolean> {
  const row = await sql.row<{ unsettled: boolean }>(
    `select exists (select 1 from inbox_object where pending and (available_at <= now() or lease_until > now()))
       or exists (select 1 from outbox_event where state = 'PENDING' and (available_at <= now() or lease_until > now()))
       or exists (select 1 from mail_message where state = 'PENDING' and (available_at <= now() or lease_until > now()))
       or exists (select 1 from scheduled_job where run_at <= $1 and (available_at <= now() or lease_until > now())) as unsettled`,
    [now],
  )
  return row!.unsettled
}
