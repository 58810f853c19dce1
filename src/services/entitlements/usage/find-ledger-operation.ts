import type { Sql } from '#services/kernel/database/sql.js'
import { positionalId } from '#services/kernel/ids/ids.js'

/** Result of a call in the ledger. It never expires. */
export interface LedgerOperation {
  readonly mutation: string
  readonly at: Date
  /** Id of the consumption or the reservation. */
  readonly resultId: string
}

/** Latest operation of a principal under a key. Null if there is none. */
export async function findLedgerOperation(sql: Sql, principal: string, key: string): Promise<LedgerOperation | null> {
  const row = await sql.row<{
    accountId: string
    version: number
    operationNo: number
    mutation: string
    reservation: string | null
    at: Date
  }>(
    `select account_id, version, operation_no, mutation, reservation, at from ledger_entry where key = $2 and principal = $1
     order by at desc, version desc, operation_no desc limit 1`,
    [principal, key],
  )
  if (!row) return null
  const { accountId, version, operationNo, mutation, at } = row
  const [heldVersion, heldOp] = (row.reservation ?? '').split('-').map(Number)
  const isHold = mutation === 'reserve' || mutation === 'releaseReservation'
  const resultId = isHold
    ? positionalId('rsv', accountId, heldVersion!, heldOp!)
    : positionalId('csm', accountId, version, operationNo)
  return { mutation, at, resultId }
}
