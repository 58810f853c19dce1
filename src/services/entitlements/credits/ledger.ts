import type { CreditGrantRow } from '#entities/entitlements/credit-grant.entity.js'
import type { LedgerEntryRow } from '#entities/entitlements/ledger-entry.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { positionalId, positionOf } from '#services/kernel/ids/ids.js'
import { readPage, type Page, type PageRequest } from '#services/kernel/paging/page.js'

/** The movements of one feature, newest first. */
export function ledgerOf(
  sql: Sql,
  { accountId, feature }: { accountId: string; feature: string },
  request: PageRequest,
): Promise<Page<LedgerEntryRow>> {
  return readPage(
    request,
    `ledger ${accountId} ${feature}`,
    (entry) => [String(entry.version), String(entry.operationNo), String(entry.entryNo)],
    (limit, after) =>
      sql.rows<LedgerEntryRow>(
        `select * from ledger_entry where account_id = $1 and feature = $2
           and ($3::bigint is null or (version, operation_no, entry_no) < ($3::bigint, $4::int, $5::int))
         order by version desc, operation_no desc, entry_no desc limit $6`,
        [accountId, feature, after?.[0] ?? null, after?.[1] ?? null, after?.[2] ?? null, limit],
      ),
  )
}

/** An entry has no ID column: its position is its ID. */
export const ledgerEntryId = ({ accountId, version, operationNo, entryNo }: LedgerEntryRow): string =>
  positionalId('led', accountId, version, operationNo, entryNo)

export async function findLedgerEntry(sql: Sql, id: string): Promise<LedgerEntryRow | null> {
  const named = positionOf(id, 'led', 'acc', 3)
  if (!named) return null
  const row = await sql.row<LedgerEntryRow>(
    `select * from ledger_entry where account_id = $1 and version = $2 and operation_no = $3 and entry_no = $4`,
    [named.ownerId, ...named.place],
  )
  return row ?? null
}

/** ID of the object that an entry belongs to: the reservation, the consumption, or the grant. */
export function causeOf({
  kind,
  accountId,
  version,
  operationNo,
  grantId,
  reservation,
}: LedgerEntryRow): string | null {
  if (kind === 'CONSUME') return positionalId('csm', accountId, version, operationNo)
  const held = (kind === 'RESERVE' || kind === 'RELEASE') && reservation ? reservation.split('-').map(Number) : null
  return held ? positionalId('rsv', accountId, ...held) : grantId
}

export const grantsByIds = (sql: Sql, ids: readonly string[]): Promise<CreditGrantRow[]> =>
  sql.rows(`select * from credit_grant where id = any($1)`, [ids])
