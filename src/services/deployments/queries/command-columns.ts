/** A result that is compressed, or has more bytes, is loaded only where it is selected, so that a list of commands stays small. */
const INLINE_BYTES = 16 * 1024

const COLUMNS = `
  id account_id deployment_id deployment_hash type app_code priority queue_position parameters parameters_sealed status attempt timeout_seconds
  expires_at instance lease_until superseded_at redelivery_count cancel_requested_at report_id error warnings created_by_user_id
  created_at updated_at started_at finished_at`
  .trim()
  .split(/\s+/)

/** Decided without reading the value. Values of more than 2 kB are nearly always compressed, and a compressed one may have any length. */
const IS_LARGE = `(result is not null and (pg_column_compression(result) is not null or pg_column_size(result) > ${INLINE_BYTES}))`

/** The columns of `command` that every reader needs. `has_large_result` says that the result must be loaded by itself. */
export const COMMAND_COLUMNS = `${COLUMNS.join(', ')}, ${IS_LARGE} as has_large_result, case when not (${IS_LARGE}) then result end as result`

/** Columns that are read by themselves, or not at all. */
export const SEPARATE_COLUMNS: readonly string[] = ['result']
export const PLAIN_COLUMNS: readonly string[] = COLUMNS
