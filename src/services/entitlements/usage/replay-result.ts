import { positionalId } from '#services/kernel/ids/ids.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import { reservationSource } from './reservation-source.js'
import type { Consumption, ReservationView } from './usage-operation.js'

/** Position of an operation in the ledger. */
export interface OperationPosition {
  readonly accountId: string
  readonly version: number
  readonly operationNo: number
}

type Reading = Pick<CatalogContext, 'database' | 'catalog' | 'clock'>

/** Consumed units, from the ledger. Null if the operation does not exist. */
export async function findConsumption(context: Reading, place: OperationPosition): Promise<Consumption | null> {
  const { accountId, version, operationNo } = place
  const entries = await context.database.query
    .selectFrom('ledger_entry')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('version', '=', version)
    .where('operationNo', '=', operationNo)
    .orderBy('entryNo')
    .execute()
  const [first] = entries
  const catalog = context.catalog.current()
  const feature = first && catalog.features.get(first.feature)
  if (!feature || first.key === null || first.kind !== 'CONSUME') return null
  const snapshot = (await loadSnapshot(context.database, catalog, accountId, context.clock.now()))!
  return {
    id: positionalId('csm', accountId, version, operationNo),
    accountId,
    feature,
    amount: first.operationTotal!,
    taken: entries
      .filter(({ kind }) => kind === 'CONSUME')
      .map((entry) => ({ source: reservationSource(catalog, snapshot, feature, entry), amount: -entry.amount })),
    at: first.at,
    snapshot,
  }
}

/** The current reservation. Null if it does not exist. */
export async function findReservation(context: Reading, place: OperationPosition): Promise<ReservationView | null> {
  const { accountId, version, operationNo } = place
  const row = await context.database.query
    .selectFrom('reservation')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('version', '=', version)
    .where('operationNo', '=', operationNo)
    .executeTakeFirst()
  const catalog = context.catalog.current()
  const feature = row && catalog.features.get(row.feature)
  if (!feature) return null
  const snapshot = (await loadSnapshot(context.database, catalog, accountId, context.clock.now()))!
  const isOver = row.status === 'HELD' && row.expiresAt <= context.clock.now()
  return {
    id: positionalId('rsv', accountId, version, operationNo),
    accountId,
    feature,
    amount: row.amount,
    status: isOver ? 'EXPIRED' : row.status,
    expiresAt: row.expiresAt,
    snapshot,
  }
}
