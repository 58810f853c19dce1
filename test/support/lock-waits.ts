import { testMachines } from './test-database.js'

/**
 * A query that returns a row for each statement that waits for a lock and begins with a pattern. On distributed tables a part of the statement
 * can wait on another machine than the one that received it.
 */
export const waitingStatements = (pattern: string): string =>
  testMachines()
    ? `select distinct sent.global_pid from citus_stat_activity sent join citus_stat_activity part using (global_pid)
         where not sent.is_worker_query and sent.query ~ '^\\s*(${pattern})' and part.wait_event_type = 'Lock'`
    : `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query ~ '^\\s*(${pattern})'`
