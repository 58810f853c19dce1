import DataLoader from 'dataloader'
import type { AlertRow } from '#entities/entitlements/alert.entity.js'
import type { CreditGrantRow } from '#entities/entitlements/credit-grant.entity.js'
import type { LedgerEntryRow } from '#entities/entitlements/ledger-entry.entity.js'
import type { ReservationRow } from '#entities/entitlements/reservation.entity.js'
import type { SpendCapRow } from '#entities/entitlements/spend-cap.entity.js'
import { alertsByIds } from '#services/entitlements/alerts/alert-states.js'
import { creditBalancesOf, type CreditBalance } from '#services/entitlements/credits/credit-balances.js'
import { grantsByIds } from '#services/entitlements/credits/grant-queries.js'
import { ledgerEntryId } from '#services/entitlements/credits/ledger.js'
import type { AccountSnapshot } from '#services/entitlements/model/account-snapshot.js'
import { compedPlansByIds } from '#services/entitlements/plans/comped-plans-of-account.js'
import { planEndsOf, type PlanEnd } from '#services/entitlements/plans/plan-ends.js'
import { countHolders, type VersionHolders } from '#services/entitlements/plans/plan-holders.js'
import { loadSnapshotAsOf } from '#services/entitlements/snapshot/load-snapshot-as-of.js'
import { capsByIds } from '#services/entitlements/spend-caps/cap-rows.js'
import {
  entriesAt,
  ledgerEntriesByIds,
  reservationsAt,
  type OperationPosition,
} from '#services/entitlements/usage/replay-result.js'
import { byId, many, one } from '../batch.js'
import type { LoaderMakers } from '../loaders.js'

/** An account at a time. */
export interface AccountAt {
  readonly accountId: string
  readonly asOf: Date
}

/** Loaders of what accounts hold and have used. */
export interface EntitlementLoaders {
  readonly snapshots: DataLoader<string, AccountSnapshot | null>
  /** End of the account's last plan of the default group. */
  readonly planEnd: DataLoader<string, PlanEnd | null>
  readonly versionHolders: DataLoader<string, VersionHolders | null>
  readonly creditBalances: DataLoader<string, CreditBalance[]>
  readonly creditGrant: DataLoader<string, CreditGrantRow | null>
  readonly compedPlan: DataLoader<string, { readonly id: string; readonly accountId: string } | null>
  readonly spendCap: DataLoader<string, SpendCapRow | null>
  readonly alert: DataLoader<string, AlertRow | null>
  readonly ledgerEntry: DataLoader<string, LedgerEntryRow | null>
  /** Entries of an operation, in their order. */
  readonly operationEntries: DataLoader<OperationPosition, LedgerEntryRow[], string>
  /** By the operation that made it. */
  readonly reservation: DataLoader<OperationPosition, ReservationRow | null, string>
  /** Each account and time is read once. */
  readonly snapshotAsOf: DataLoader<AccountAt, AccountSnapshot | null, string>
}

declare module '../loaders.js' {
  interface Loaders extends EntitlementLoaders {}
}

export const entitlementLoaders: LoaderMakers<EntitlementLoaders> = {
  snapshots: ({ entitlements }, { accounts }) =>
    new DataLoader(async (ids) => {
      const found = await Promise.all(ids.map((id) => accounts().load(id)))
      const snapshots = await entitlements.snapshotReader.readVersions(found.filter((account) => account !== null))
      return ids.map((id) => snapshots.get(id) ?? null)
    }),
  planEnd: ({ database: sql, catalog, clock }) =>
    one(
      (ids) => planEndsOf(sql, ids, catalog.current().defaultGroup, clock.now()),
      (row) => row.accountId,
    ),
  versionHolders: ({ database: sql }) =>
    one(
      (ids) => countHolders(sql, ids),
      (row) => row.planVersionId,
    ),
  creditBalances: ({ database: sql, clock }) =>
    many(
      (ids) => creditBalancesOf(sql, ids, clock.now()),
      (balance) => balance.accountId,
    ),
  creditGrant: ({ database: sql }) => byId((ids) => grantsByIds(sql, ids)),
  compedPlan: ({ database: sql }) => byId((ids) => compedPlansByIds(sql, ids)),
  spendCap: ({ database: sql }) => byId((ids) => capsByIds(sql, ids)),
  alert: ({ database: sql }) => byId((ids) => alertsByIds(sql, ids)),
  ledgerEntry: ({ database: sql }) => one((ids) => ledgerEntriesByIds(sql, ids), ledgerEntryId),
  operationEntries: ({ database: sql }) =>
    new DataLoader(
      async (places) => {
        const entries = Map.groupBy(await entriesAt(sql, places), placeKey)
        return places.map((place) => entries.get(placeKey(place)) ?? [])
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

/** Position of an operation as a key. */
export const placeKey = ({ accountId, version, operationNo }: OperationPosition): string =>
  `${accountId} ${version} ${operationNo}`
