import type { LedgerEntryRow } from '#entities/entitlements/ledger-entry.entity.js'
import type { ReservationRow } from '#entities/entitlements/reservation.entity.js'
import { statement } from '#services/kernel/database/statement.js'

/** Operations of accounts, one per index. */
interface OperationPlaces {
  readonly accountIds: readonly string[]
  readonly versions: readonly number[]
  readonly operationNos: readonly number[]
}

const WANTED_OPERATION = `unnest(:accountIds::text[], :versions::bigint[], :operationNos::integer[])
    as wanted (account_id, version, operation_no)`

/** All entries of operations. */
export const entriesOfOperations = statement<OperationPlaces, LedgerEntryRow>(`
  select e.* from ${WANTED_OPERATION} join ledger_entry e using (account_id, version, operation_no)
  order by e.entry_no
`)

/** Reservations by the operations that made them. */
export const reservationsOfOperations = statement<OperationPlaces, ReservationRow>(`
  select r.* from ${WANTED_OPERATION} join reservation r using (account_id, version, operation_no)
`)

/** Single entries. */
export const ledgerEntriesAt = statement<OperationPlaces & { readonly entryNos: readonly number[] }, LedgerEntryRow>(`
  select e.*
  from unnest(:accountIds::text[], :versions::bigint[], :operationNos::integer[], :entryNos::integer[])
    as wanted (account_id, version, operation_no, entry_no)
  join ledger_entry e using (account_id, version, operation_no, entry_no)
`)
