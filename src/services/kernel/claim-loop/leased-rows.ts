import { sql, type Expression, type Selectable } from 'kysely'
import type { Tables } from '#entities/tables.js'
import type { Database } from '../database/database.js'
import type { ClaimLoopOptions } from './claim-loop.js'
import { QUEUES, type QueueName } from './queues.js'

/** Queues whose rows have a lease and an `id`. */
export type LeasedQueue = Exclude<QueueName, 'inbox' | 'usage_report'>
type LeasedTable = (typeof QUEUES)[LeasedQueue]['table']
type RowOf<Name extends LeasedQueue> = Selectable<Tables[(typeof QUEUES)[Name]['table']]>

export interface LeasedRows<Name extends LeasedQueue> {
  /** Columns by which claimed rows are ordered. */
  readonly order: readonly (keyof RowOf<Name> & string)[]
  /** Additional condition for claimable rows, created for each claim. Default: none. */
  readonly only?: () => Expression<boolean>
}

/** Claims rows of a queue for a claim loop, and renews their leases. */
export function leasedRows<Name extends LeasedQueue>(
  database: Database,
  queue: Name,
  { order, only }: LeasedRows<Name>,
): Pick<ClaimLoopOptions<RowOf<Name>>, 'claim' | 'renew'> {
  const { table } = QUEUES[queue]
  const available = sql<boolean>`available_at <= now() and (lease_until is null or lease_until < now())`
  return {
    claim: async (token, leaseSeconds, limit) => {
      let due = database.query
        .selectFrom<LeasedTable>(table)
        .select('id')
        .where(isOpen(queue))
        .where(available)
        .$if(!!only, (query) => query.where(only!()))
        .limit(limit)
        .forUpdate()
        .skipLocked()
      for (const column of order) due = due.orderBy(sql.ref(column))
      const rows = await database.query
        .updateTable<LeasedTable>(table)
        .set({ leaseToken: token, leaseUntil: leaseEnd(leaseSeconds), attempts: sql`attempts + 1` })
        // An array is computed once. The planner may run a subquery of `in` for each row, and each run locks further rows.
        .where('id', '=', sql<string>`any(array(${due}))`)
        .returningAll()
        .execute()
      // The builder has rows of any of the tables; these are rows of the queue.
      return rows as unknown as RowOf<Name>[]
    },
    renew: renewLeases(database, queue),
  }
}

/** Extends the leases of uncompleted rows that are held under a token. */
export function renewLeases(database: Database, queue: LeasedQueue | 'inbox'): ClaimLoopOptions<unknown>['renew'] {
  return async (token, leaseSeconds) => {
    await database.query
      .updateTable(QUEUES[queue].table)
      .set({ leaseUntil: leaseEnd(leaseSeconds) })
      .where('leaseToken', '=', token)
      .where(isOpen(queue))
      .execute()
  }
}

const isOpen = (queue: QueueName) => sql<boolean>`${sql.raw(QUEUES[queue].open)}`

const leaseEnd = (seconds: number) => sql<Date>`now() + make_interval(secs => ${seconds})`
