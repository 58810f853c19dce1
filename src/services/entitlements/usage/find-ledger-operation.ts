import type { Sql } from '#services/kernel/database/sql.js'
import { positionalId } from '#services/kernel/ids/ids.js'

/** Result of a call in the ledger. It never expires. */
export interface LedgerOperation {
  readonly mutation: string
  readonly at: Date
  /** Id of the consumption or the reservation. */
  readonly resultId: string
}

const HOLDS = ['reserve', 'extendReservation', 'releaseReservation']

/** Latest operation of a principal under a key, of one mutation if it is named. Null if there is none. */
export async function findLedgerOperation(
  sql: Sql,
  principal: string,
  { key, mutation: named }: { readonly key: string; readonly mutation: string | null },
): Promise<LedgerOperation | null> {
  const row = await sql.query
    .selectFrom('ledger_entry')
    .select(['accountId', 'version', 'operationNo', 'mutation', 'reservation', 'at'])
    .where('key', '=', key)
    .where('principal', '=', principal)
    .$if(named !== null, (query) => query.where('mutation', '=', named))
    .orderBy('at', 'desc')
    .orderBy('version', 'desc')
    .orderBy('operationNo', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row?.mutation) return null
  const { accountId, version, operationNo, mutation, at } = row
  const [heldVersion, heldOp] = (row.reservation ?? '').split('-').map(Number)
  const isHold = HOLDS.includes(mutation)
  const resultId = isHold
    ? positionalId('rsv', accountId, heldVersion!, heldOp!)
    : positionalId('csm', accountId, version, operationNo)
  return { mutation, at, resultId }
}
