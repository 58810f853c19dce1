import { sql } from 'kysely'
import type { Database } from '#services/kernel/database/database.js'
import { defaultPlan, type CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { hasDefaultLine, reportUnlisted } from '#services/catalog/price-lists/report-unlisted.js'
import * as statements from './analytics.sql.js'
import { findDefaultPrices, rollUpUsage } from './roll-up-usage.sql.js'
import { countCheckouts, countPurchases } from './count-sales.sql.js'

/** Any number: one process counts at a time, so that two processes never wait for each other's days. */
const AGGREGATION_LOCK = 7_142_040

/** Maximum number of versions of a busy account per batch. */
const MAX_VERSIONS = 1_000

/** A range of an account's versions that is not counted yet, with the kinds of events in it. */
export interface PendingVersions {
  readonly accountId: string
  readonly fromVersion: number
  readonly toVersion: number
  readonly version: number
  readonly isNew: boolean
  readonly purchases: boolean
  readonly checkouts: boolean
  readonly subscriptions: boolean
}

/**
 * Adds accounts to the daily figures up to their current version, in one transaction. Repeated calls count each version
 * once. New data is found by the account's events. Of an account at most a bounded number of versions is counted, so that
 * other work does not wait. @returns accounts that are not up to date yet @param
 * includeCounted compares counted purchases with their current state, regardless of events
 */
export async function aggregateAccounts(
  database: Database,
  catalog: CatalogSnapshot,
  accountIds: readonly string[],
  includeCounted = false,
): Promise<string[]> {
  if (accountIds.length === 0) return []
  return database.transaction(async (transaction) => {
    await transaction.run(statements.beginAggregation, { lock: AGGREGATION_LOCK })
    const pending = await transaction.rows(statements.findPendingVersions, {
      accountIds,
      includeCounted,
      maxVersions: MAX_VERSIONS,
    })
    const idsOf = (matches: (range: PendingVersions) => boolean) =>
      pending.filter(matches).map(({ accountId }) => accountId)
    if (pending.length === 0) return []
    const isRequested = ({ isNew }: PendingVersions) => isNew || includeCounted
    // Most changes are uses, which need none of these statements.
    const forThose = async (
      matches: (range: PendingVersions) => boolean,
      count: (ids: string[]) => Promise<unknown>,
    ): Promise<void> => {
      const ids = idsOf((it) => matches(it) || isRequested(it))
      if (ids.length > 0) await count(ids)
    }
    await forThose(
      (it) => it.purchases,
      (ids) => transaction.run(countPurchases, { accountIds: ids }),
    )
    await forThose(
      (it) => it.checkouts,
      (ids) => transaction.run(countCheckouts, { accountIds: ids }),
    )
    await forThose(
      (it) => it.subscriptions,
      async (ids) => {
        await transaction.query
          .deleteFrom('subscriber_period')
          .where('accountId', '=', sql<string>`any(${ids})`)
          .execute()
        await transaction.run(statements.insertSubscriberPeriods, { accountIds: ids })
      },
    )
    const ranges = {
      accountIds: idsOf(() => true),
      fromVersions: pending.map(({ fromVersion }) => fromVersion),
      toVersions: pending.map(({ toVersion }) => toVersion),
    }
    const ofNew = pending.filter(({ isNew }) => isNew).map(({ accountId }) => accountId)
    if (ofNew.length > 0)
      await transaction.query
        .deleteFrom('usage_rollup')
        .where('accountId', '=', sql<string>`any(${ofNew})`)
        .execute()
    await transaction.run(rollUpUsage, ranges)
    if ([...catalog.rateCards.values()].some(hasDefaultLine))
      await reportUnlisted(transaction, catalog, await transaction.rows(findDefaultPrices, ranges))
    const group = catalog.defaultGroup
    await transaction.run(statements.countUsage, { ...ranges, group, fallback: defaultPlan(catalog, group).code })
    await transaction.run(statements.countExpiringCredits, ranges)
    await transaction.run(statements.recordCheckpoints, { accountIds: ranges.accountIds, versions: ranges.toVersions })
    return idsOf(({ toVersion, version }) => toVersion < version)
  })
}
