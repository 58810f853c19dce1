/** Every readable event, for SQL in tests: stored ones, and usage derived from the ledger. */
export const ALL_EVENTS_SQL = `(select * from stream_event union all select * from ledger_usage_event)`
