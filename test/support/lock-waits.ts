/** A query that returns a row for each statement that waits for a lock and begins with a pattern. */
export const waitingStatements = (pattern: string): string =>
  `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query ~ '^\\s*(${pattern})'`
