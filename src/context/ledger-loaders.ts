import DataLoader from 'dataloader'
import type { LedgerEntryRow } from '../entities/entitlements/ledger-entry.entity.js'
import type { ReservationRow } from '../entities/entitlements/reservation.entity.js'
import type { UsageAmendmentRow } from '../entities/entitlements/usage-amendment.entity.js'
import type { StreamEventRow } from '../entities/kernel/stream-event.entity.js'
import type { CatalogSnapshot } from '../services/catalog/snapshot/catalog-snapshot.js'
import { amendmentsOf } from '../services/billing/usage-amendments/usage-amendments.js'
import { ledgerEntryId } from '../services/entitlements/credits/ledger.js'
import type { AccountSnapshot } from '../services/entitlements/model/account-snapshot.js'
import { loadSnapshotAsOf } from '../services/entitlements/snapshot/load-snapshot-as-of.js'
import {
  entriesAt,
  ledgerEntriesByIds,
  reservationsAt,
  type OperationPosition,
} from '../services/entitlements/usage/replay-result.js'
import type { Sql } from '../services/kernel/database/sql.js'
import type { BusinessClock } from '../services/kernel/clock/business-clock.js'
import { eventsByIds } from '../services/kernel/events/find-event.js'
import { byId, one } from './batch.js'

/** An account at a time. */
export interface AccountAt {
  readonly accountId: string
  readonly asOf: Date
}

/** Loaders of what is identified by its position in the ledger, of events, and of accounts at other times. */
export interface LedgerLoaders {
  readonly event: DataLoader<string, StreamEventRow | null>
  readonly ledgerEntry: DataLoader<string, LedgerEntryRow | null>
  /** Entries of an operation, in their order. */
  readonly operationEntries: DataLoader<OperationPosition, LedgerEntryRow[], string>
  /** Amendments of a consumption, oldest first. */
  readonly amendments: DataLoader<OperationPosition, UsageAmendmentRow[], string>
  /** By the operation that made it. */
  readonly reservation: DataLoader<OperationPosition, ReservationRow | null, string>
  /** Each account and time is read once. */
  readonly snapshotAsOf: DataLoader<AccountAt, AccountSnapshot | null, string>
}

interface Parts {
  readonly database: Sql
  readonly catalog: { current(): CatalogSnapshot }
  readonly clock: BusinessClock
}

export const ledgerMakers: {
  readonly [Name in keyof LedgerLoaders]: (parts: Parts) => LedgerLoaders[Name]
} = {
  event: ({ database: sql }) => byId((ids) => eventsByIds(sql, ids)),
  ledgerEntry: ({ database: sql }) => one((ids) => ledgerEntriesByIds(sql, ids), ledgerEntryId),
  operationEntries: ({ database: sql }) =>
    new DataLoader(
      async (places) => {
        const entries = Map.groupBy(await entriesAt(sql, places), placeKey)
        return places.map((place) => entries.get(placeKey(place)) ?? [])
      },
      { cacheKeyFn: placeKey },
    ),
  amendments: ({ database: sql }) =>
    new DataLoader(
      async (places) => {
        const rows = Map.groupBy(await amendmentsOf(sql, places), (row) =>
          placeKey({ ...row, version: row.consumptionVersion, operationNo: row.consumptionOperationNo }),
        )
        return places.map((place) => rows.get(placeKey(place)) ?? [])
      },
      { cacheKeyFn: placeKey },
    ),
  reservation: ({ database: sql }) =>
    new DataLoader(
      async (places) => {
        const rows = new Map((await reservationsAt(sql, places)).map((row) => [placeKey(row), row]))
        return places.map((place) => rows.get(placeKey(place)) ?? null)
      },
      { cacheKeyFn: placeKey },
    ),
  snapshotAsOf: ({ database: sql, catalog, clock }) =>
    new DataLoader(
      (accounts) =>
        Promise.all(
          accounts.map(({ accountId, asOf }) =>
            loadSnapshotAsOf(sql, catalog.current(), accountId, { asOf, now: clock.now() }),
          ),
        ),
      { cacheKeyFn: ({ accountId, asOf }) => `${accountId} ${asOf.getTime()}` },
    ),
}

const placeKey = ({ accountId, version, operationNo }: OperationPosition): string =>
  `${accountId} ${version} ${operationNo}`
