/** Every event that can be read, for statements of tests: those that are written down, and uses that the ledger tells. */
export const ALL_EVENTS_SQL = `(select * from stream_event union all select * from ledger_usage_event)`
