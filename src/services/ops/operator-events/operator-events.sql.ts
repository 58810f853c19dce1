import type { OperatorEventRow } from '#entities/kernel/operator-event.entity.js'
import { sqlSelectsType } from '#services/kernel/events/event-filter.js'
import { statement } from '#services/kernel/database/statement.js'

/** Events whose transactions are complete in `upto` and were not complete in `from`, after a position. */
export const operatorEventsBetween = statement<
  {
    from: string
    upto: string
    transactionId: string | null
    id: string | null
    types: readonly string[]
    except: readonly string[]
    limit: number
  },
  OperatorEventRow
>(`
  select id, transaction_id, account_id, type, summary, subject_type, subject_id, data, at
  from operator_event
  where transaction_id >= pg_snapshot_xmin(:from::text::pg_snapshot)
    and not pg_visible_in_snapshot(transaction_id, :from::text::pg_snapshot)
    and pg_visible_in_snapshot(transaction_id, :upto::text::pg_snapshot)
    and (:id::text is null or (transaction_id, id) > (:transactionId::text::xid8, :id))
    and ${sqlSelectsType(':types::text[]', 'type')} and not ${sqlSelectsType(':except::text[]', 'type')}
  order by operator_event.transaction_id, operator_event.id limit :limit
`)
