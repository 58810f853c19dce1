import { statement } from '#services/kernel/database/statement.js'

/** True if inbox, outbox, mail or scheduled jobs have work that can be done now. */
export const hasPendingWork = statement<{ businessTime: Date }, { pending: boolean }>(`
  select count(*) > 0 as pending from (
    select 1 from inbox_object where pending and (available_at <= now() or lease_until > now())
    union all
    select 1 from outbox_event where state = 'PENDING' and (available_at <= now() or lease_until > now())
    union all
    select 1 from mail_message where state = 'PENDING' and (available_at <= now() or lease_until > now())
    union all
    select 1 from scheduled_job where run_at <= :businessTime and (available_at <= now() or lease_until > now())
  ) work
`)
