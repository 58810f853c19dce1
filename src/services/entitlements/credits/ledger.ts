import type { LedgerEntryRow } from '#entities/entitlements/ledger-entry.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { positionalId } from '#services/kernel/ids/ids.js'
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
    (limit, after, backward) =>
      sql.query
        .selectFrom('ledger_entry')
        .selectAll()
        .where('accountId', '=', accountId)
        .where('feature', '=', feature)
        .$if(after !== null, (query) =>
          query.where((column) =>
            column(
              column.refTuple('version', 'operationNo', 'entryNo'),
              backward ? '>' : '<',
              column.tuple(Number(after![0]), Number(after![1]), Number(after![2])),
            ),
          ),
        )
        .orderBy('version', backward ? 'asc' : 'desc')
        .orderBy('operationNo', backward ? 'asc' : 'desc')
        .orderBy('entryNo', backward ? 'asc' : 'desc')
        .limit(limit)
        .execute(),
  )
}

/** An entry has no ID column: its position is its ID. */
export const ledgerEntryId = ({ accountId, version, operationNo, entryNo }: LedgerEntryRow): string =>
  positionalId('led', accountId, version, operationNo, entryNo)

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
