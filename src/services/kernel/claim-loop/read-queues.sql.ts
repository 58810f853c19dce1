import type { Declared } from '../context/declared.js'
import { statement, unionOfTables } from '../database/statement.js'
import { ALL_QUEUES } from './queues.js'
import type { QueueStats } from './read-queues.js'

const OLDEST_SECONDS = `coalesce(extract(epoch from now() - min(available_at)), 0)::float8`

const PARTS = ALL_QUEUES.map(
  ({ name, table, open, ready, leased, handled, dead, deadTable, remedy }) =>
    [
      table,
      `
  select '${name}' as queue, count(*)::int as waiting, ${leased ? OLDEST_SECONDS : '0'} as oldest_seconds,
    ${remedy === null ? '0' : `(select count(*)::int from ${deadTable} where ${dead})`} as dead
  from ${table} where ${open} and ${ready} and ${handled}${leased ? ' and available_at <= now()' : ''}`,
    ] as const,
)

/** Reads all queues, without work that waits for an absent module. Each part uses a partial index, so its cost does not depend on the history. */
export const readQueueStats = statement<{ businessTime: Date } & Declared['handled'], QueueStats>(unionOfTables(PARTS))
