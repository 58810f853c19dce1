import { sql, type Expression, type RawBuilder, type Selectable } from 'kysely'
import type { Tables } from '#entities/tables.js'
import type { Database } from '../database/database.js'
import type { ClaimLoopOptions } from './claim-loop.js'

/** Tables whose rows are work, with the condition under which a row is not completed. */
const OPEN = {
  broker_message: sql<boolean>`state = 'PENDING'`,
  inbox_object: sql<boolean>`pending`,
  mail_message: sql<boolean>`state = 'PENDING'`,
  outbox_event: sql<boolean>`state = 'PENDING'`,
  // A completed job has no row.
  scheduled_job: sql<boolean>`true`,
  template_sync_message: sql<boolean>`state = 'PENDING'`,
  webhook_delivery: sql<boolean>`state = 'PENDING'`,
} satisfies Partial<Record<keyof Tables, RawBuilder<boolean>>>

type WorkTable = keyof typeof OPEN

/** Tables of work whose rows have an `id`. */
type LeasedTable = Exclude<WorkTable, 'inbox_object'>

export interface LeasedRows<Table extends LeasedTable> {
  readonly table: Table
  /** Columns by which claimed rows are ordered. */
  readonly order: readonly (keyof Tables[Table] & string)[]
  /** Additional condition for claimable rows, created for each claim. Default: none. */
  readonly only?: () => Expression<boolean>
}

/** Claims rows of a table for a claim loop, and renews their leases. */
export function leasedRows<Table extends LeasedTable>(
  database: Database,
  { table, order, only }: LeasedRows<Table>,
): Pick<ClaimLoopOptions<Selectable<Tables[Table]>>, 'claim' | 'renew'> {
  const available = sql<boolean>`available_at <= now() and (lease_until is null or lease_until < now())`
  return {
    claim: async (token, leaseSeconds, limit) => {
      let due = database.query
        .selectFrom<LeasedTable>(table)
        .select('id')
        .where(OPEN[table])
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
      // The builder has rows of any of the tables; these are rows of `table`.
      return rows as unknown as Selectable<Tables[Table]>[]
    },
    renew: renewLeases(database, table),
  }
}

/** Extends the leases of uncompleted rows that are held under a token. */
export function renewLeases(database: Database, table: WorkTable): ClaimLoopOptions<unknown>['renew'] {
  return async (token, leaseSeconds) => {
    await database.query
      .updateTable(table)
      .set({ leaseUntil: leaseEnd(leaseSeconds) })
      .where('leaseToken', '=', token)
      .where(OPEN[table])
      .execute()
  }
}

const leaseEnd = (seconds: number) => sql<Date>`now() + make_interval(secs => ${seconds})`
