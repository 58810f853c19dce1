/** Every event that can be read, for statements of tests: those that are written down, and uses that the ledger tells. */
export const TOLD_EVENTS = `(select * from stream_event union all select * from ledger_event)`
