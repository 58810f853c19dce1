import { defineCte, type StatementCte } from './statement-cte.js'

/**
 * Parts that run before the version check: a change whose key is used, or whose resource has another state, is not
 * written. The look-up and the version check read the same state of the database, and an entry with a key is written
 * only with the next version of its account. A key that is used after the look-up therefore fails the version check, and
 * the change is decided again. The unique index `ledger_entry_key` rejects an entry that a defect would write twice.
 */
export const PRECONDITION_CTES: readonly StatementCte[] = [
  defineCte(
    'known',
    (change) => change.keyProbes,
    {
      index: ['int', (row) => row.index],
      key: ['text', (row) => row.key],
      principal: ['text', (row) => row.principal],
      mutation: ['text', (row) => row.mutation],
    },
    // LATERAL with LIMIT: one index lookup each, regardless of the table's statistics.
    ({ rows, account }) => `
      select r.n, r.index, l.version, l.operation_no, l.request_fingerprint from ${rows} cross join lateral (
        select e.version, e.operation_no, e.request_fingerprint from ledger_entry e
        where e.key = r.key and e.principal = r.principal and e.account_id = ${account} and e.mutation = r.mutation limit 1) l`,
  ),
  defineCte(
    'otherwise',
    (change) => change.allocationProbes,
    {
      index: ['int', (row) => row.index],
      feature: ['text', (row) => row.feature],
      resource_id: ['text', (row) => row.resourceId],
      held: ['boolean', (row) => row.held],
    },
    ({ rows, account }) => `
      select r.n, r.index, not r.held as held from ${rows} left join lateral (
        select true as held from allocation l where l.account_id = ${account} and l.feature = r.feature
          and l.resource_id = r.resource_id and l.released_at is null limit 1) l on true
      where coalesce(l.held, false) <> r.held`,
  ),
  defineCte(
    'committed',
    (change) => change.reservationProbes,
    {
      index: ['int', (row) => row.index],
      version: ['bigint', (row) => row.version],
      operation_no: ['int', (row) => row.operationNo],
    },
    ({ rows, account }) => `
      select r.n, r.index from ${rows} where not exists (
        select from reservation s where s.account_id = ${account} and s.version = r.version and s.operation_no = r.operation_no
          and s.status = 'EXPIRED')`,
  ),
]
