import type { LedgerEntryRow } from '#entities/entitlements/ledger-entry.entity.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { positionalId } from '#services/kernel/ids/ids.js'
import type { Page, PageRequest } from '#services/kernel/paging/page.js'
import { readRows } from '#services/kernel/paging/read-rows.js'

/** The movements of one feature, newest first. */
export function ledgerOf(
  sql: Sql,
  { accountId, feature }: { accountId: string; feature: string },
  request: PageRequest,
): Promise<Page<LedgerEntryRow>> {
  return readRows(
    request,
    `ledger ${accountId} ${feature}`,
    sql.query.selectFrom('ledger_entry').selectAll().where('accountId', '=', accountId).where('feature', '=', feature),
    { by: ['version', 'operationNo', 'entryNo'] },
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
