import { ALL_QUEUES } from '#services/kernel/claim-loop/queues.js'
import type { Declared } from '#services/kernel/context/declared.js'
import { statement } from '#services/kernel/database/statement.js'

const PARTS = ALL_QUEUES.filter(({ followsClock }) => followsClock).map(
  ({ table, open, ready, handled }) =>
    `select 1 from ${table} where ${open} and ${ready} and (available_at <= now() or lease_until > now()) and ${handled}`,
)

/** True if queues that follow the clock have work that a module of the installation can do now. */
export const hasPendingWork = statement<{ businessTime: Date } & Declared['handled'], { pending: boolean }>(`
  select count(*) > 0 as pending from (${PARTS.join(' union all ')}) work
`)
