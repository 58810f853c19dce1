import type { LedgerEntryRow } from '#entities/entitlements/ledger-entry.entity.js'
import type { ReservationRow } from '#entities/entitlements/reservation.entity.js'
import type { CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { positionalId, positionOf } from '#services/kernel/ids/ids.js'
import type { AccountSnapshot } from '../model/account-snapshot.js'
import { loadSnapshot } from '../snapshot/load-snapshot.js'
import { basisOf, chargesOf, detailsOf, workPriceOf } from './entry-price.js'
import { entriesOfOperations, ledgerEntriesAt, reservationsOfOperations } from './positions.sql.js'
import { termsShown } from './held-units.js'
import { reservationSource } from './reservation-source.js'
import type { Consumption, ReservationView } from './usage-operation.js'

/** Position of an operation in the ledger. */
export interface OperationPosition {
  readonly accountId: string
  readonly version: number
  readonly operationNo: number
}

type Reading = Pick<CatalogContext, 'database' | 'catalog' | 'clock'>

/** Position that the ID of a consumption or reservation contains. Null for other IDs. */
export function operationPosition(id: string, prefix: 'csm' | 'rsv'): OperationPosition | null {
  const named = positionOf(id, prefix, 'acc', 2)
  return named && { accountId: named.ownerId, version: named.place[0]!, operationNo: named.place[1]! }
}

const columnsOf = (places: readonly OperationPosition[]) => ({
  accountIds: places.map(({ accountId }) => accountId),
  versions: places.map(({ version }) => version),
  operationNos: places.map(({ operationNo }) => operationNo),
})

/** Ledger entries of operations, those of each in their order. */
export const entriesAt = (sql: Sql, places: readonly OperationPosition[]): Promise<LedgerEntryRow[]> =>
  sql.rows(entriesOfOperations, columnsOf(places))

/** Reservations by the operations that made them. */
export const reservationsAt = (sql: Sql, places: readonly OperationPosition[]): Promise<ReservationRow[]> =>
  sql.rows(reservationsOfOperations, columnsOf(places))

/** Ledger entries by their IDs. */
export function ledgerEntriesByIds(sql: Sql, ids: readonly string[]): Promise<LedgerEntryRow[]> {
  const places = ids.flatMap((id) => {
    const named = positionOf(id, 'led', 'acc', 3)
    return named ? [{ accountId: named.ownerId, place: named.place }] : []
  })
  return sql.rows(ledgerEntriesAt, {
    accountIds: places.map(({ accountId }) => accountId),
    versions: places.map(({ place }) => place[0]!),
    operationNos: places.map(({ place }) => place[1]!),
    entryNos: places.map(({ place }) => place[2]!),
  })
}

/** Consumed units of the entries of an operation. Null if it did not consume any. */
export function consumptionOf(
  catalog: CatalogSnapshot,
  entries: readonly LedgerEntryRow[],
  snapshot: AccountSnapshot,
): Consumption | null {
  const [first] = entries
  const feature = first && catalog.features.get(first.feature)
  if (!feature || first.key === null || first.kind !== 'CONSUME') return null
  return {
    id: positionalId('csm', first.accountId, first.version, first.operationNo),
    accountId: first.accountId,
    feature,
    amount: first.operationTotal!,
    taken: entries
      .filter(({ kind, amount }) => kind === 'CONSUME' && amount !== 0)
      .map((entry) => ({ source: reservationSource(catalog, snapshot, feature, entry), amount: -entry.amount })),
    debt: entries.reduce((sum, { kind, source, amount }) => (isDebt(kind, source) ? sum - amount : sum), 0),
    at: first.at,
    price: workPriceOf(first.price),
    charges: chargesOf(first.price),
    basis: basisOf(first.price),
    details: detailsOf(first.price),
    snapshot,
  }
}

/** True for units that a consumption lacked. Those that grants repay have another source. */
const isDebt = (kind: LedgerEntryRow['kind'], source: string | null): boolean =>
  kind === 'ADJUST' && source === 'OVERAGE'

/** A reservation with its status at a time. Null if the catalog does not have its feature any more. */
export function reservationViewOf(
  catalog: CatalogSnapshot,
  row: ReservationRow,
  snapshot: AccountSnapshot,
  now: Date,
): ReservationView | null {
  const feature = catalog.features.get(row.feature)
  if (!feature) return null
  const isOver = row.status === 'HELD' && row.expiresAt <= now
  return {
    id: positionalId('rsv', row.accountId, row.version, row.operationNo),
    accountId: row.accountId,
    feature,
    amount: row.amount,
    subAccountId: row.subAccountId,
    status: isOver ? 'EXPIRED' : row.status,
    expiresAt: row.expiresAt,
    ...termsShown(row.terms),
    price: null,
    snapshot,
  }
}

/** Consumed units, from the ledger. Null if the operation does not exist. */
export async function findConsumption(context: Reading, place: OperationPosition): Promise<Consumption | null> {
  const entries = await entriesAt(context.database, [place])
  return entries.length > 0
    ? consumptionOf(context.catalog.current(), entries, await snapshotNow(context, place))
    : null
}

/** The current reservation. Null if it does not exist. */
export async function findReservation(context: Reading, place: OperationPosition): Promise<ReservationView | null> {
  const [row] = await reservationsAt(context.database, [place])
  if (!row) return null
  return reservationViewOf(context.catalog.current(), row, await snapshotNow(context, place), context.clock.now())
}

const snapshotNow = async (context: Reading, { accountId }: OperationPosition): Promise<AccountSnapshot> =>
  (await loadSnapshot(context.database, context.catalog.current(), accountId, context.clock.now()))!
