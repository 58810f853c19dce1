import type { Sql } from '#services/kernel/database/sql.js'
import type { OperationPosition } from './replay-result.js'
import { expiryKey } from './expiry-key.js'
import { reservationsAt } from './replay-result.js'
import type { EndedReservation } from './usage-operation.js'

/** A reservation that has ended by its time, with the units that it consumed then. Null for others, and for those of other sub-accounts. */
export async function findEnded(
  sql: Sql,
  place: OperationPosition,
  subAccountId: string | null,
): Promise<EndedReservation | null> {
  const [row] = await reservationsAt(sql, [place])
  if (row?.status !== 'EXPIRED' || (subAccountId !== null && row.subAccountId !== subAccountId)) return null
  const { status: _status, closedAt: _closedAt, accountId, ...reservation } = row
  const { principal, mutation, key } = expiryKey(place)
  const booked =
    row.terms?.onExpiry === undefined
      ? undefined
      : await sql.query
          .selectFrom('ledger_entry')
          .select('operationTotal')
          .where('key', '=', key)
          .where('principal', '=', principal)
          .where('accountId', '=', accountId)
          .where('mutation', '=', mutation)
          .executeTakeFirst()
  return { reservation, consumed: booked?.operationTotal ?? 0 }
}
