import type { Database } from '../database/database.js'
import type { ClaimLoopOptions } from './claim-loop.js'

/** A table whose rows are work, with `available_at`, `attempts` and a lease in them. */
export interface LeasedTable {
  readonly table: string
  /** In which order rows are taken. */
  readonly order: string
  /** Condition for open rows. Default: state PENDING. Null: all rows. */
  readonly open?: string | null
  /** Additional condition for claimable rows. Its values are numbered from $4. */
  readonly only?: { readonly sql: string; values(): readonly unknown[] }
}

const PENDING = `state = 'PENDING'`

/** Claims rows of a table for a claim loop, and renews their leases. */
export function leasedRows<Row>(
  database: Database,
  { table, order, open = PENDING, only }: LeasedTable,
): Pick<ClaimLoopOptions<Row>, 'claim' | 'renew'> {
  const conditions = [open, only?.sql, 'available_at <= now()', '(lease_until is null or lease_until < now())']
  const claim = `update ${table} set lease_token = $1, lease_until = now() + make_interval(secs => $2), attempts = attempts + 1
     where id in (select id from ${table} where ${conditions.filter(Boolean).join(' and ')} order by ${order} limit $3 for update skip locked)
     returning *`
  return {
    claim: (token, leaseSeconds, limit) =>
      database.rows<Row>(claim, [token, leaseSeconds, limit, ...(only?.values() ?? [])]),
    renew: renewLeases(database, table, open),
  }
}

/** Prolongs what is held under a token and still to be done. */
export function renewLeases(
  database: Database,
  table: string,
  open: string | null = PENDING,
): ClaimLoopOptions<unknown>['renew'] {
  const renew = `update ${table} set lease_until = now() + make_interval(secs => $2) where lease_token = $1${open ? ` and ${open}` : ''}`
  return async (token, leaseSeconds) => void (await database.run(renew, [token, leaseSeconds]))
}
