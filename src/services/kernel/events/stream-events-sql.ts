/** Explicit columns: a release that adds a column does not affect this statement. */
const COLUMNS =
  'stream_id, sequence, id, account_id, type, summary, subject_type, subject_id, changes_entitlements, data, at, recorded_at'

/**
 * The statement for events of the stream `$1`, at most `$2`: stored events and those of the ledger, in one order. Each
 * side uses its own index and reads no more than the limit.
 */
export function streamEventsSql(which: string, order: 'sequence' | 'sequence desc'): string {
  const side = (events: string) =>
    `(select ${COLUMNS} from ${events} where stream_id = $1 and ${which} order by ${order} limit $2)`
  return `select * from (${side('stream_event')} union all ${side('ledger_usage_event')}) told order by ${order} limit $2`
}
