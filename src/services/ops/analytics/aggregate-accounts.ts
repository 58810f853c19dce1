import { sql } from 'kysely'
import type { Database } from '#services/kernel/database/database.js'
import { defaultPlan, type CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import * as statements from './analytics.sql.js'
import { countCheckouts, countPurchases } from './count-sales.sql.js'

/** Any number: one process counts at a time, so that two processes never wait for each other's days. */
const AGGREGATION_LOCK = 7_142_040

/** Maximum number of versions of a busy account per batch. */
const MAX_VERSIONS = 200

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
 * once. New data is found by the account's events. An account without figures is counted as a whole; of others at most
 * a bounded number of versions, so that other work does not wait. @returns accounts that are not up to date yet @param
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
    const isRequested = ({ isNew }: PendingVersions) => isNew || includeCounted
    await transaction.run(countPurchases, { accountIds: idsOf((it) => it.purchases || isRequested(it)) })
    await transaction.run(countCheckouts, { accountIds: idsOf((it) => it.checkouts || isRequested(it)) })
    const subscriberIds = idsOf((it) => it.subscriptions || isRequested(it))
    await transaction.query
      .deleteFrom('subscriber_period')
      .where('accountId', '=', sql<string>`any(${subscriberIds})`)
      .execute()
    await transaction.run(statements.insertSubscriberPeriods, { accountIds: subscriberIds })
    const ranges = {
      accountIds: idsOf(() => true),
      fromVersions: pending.map(({ fromVersion }) => fromVersion),
      toVersions: pending.map(({ toVersion }) => toVersion),
    }
    const group = catalog.defaultGroup
    await transaction.run(statements.countUsage, { ...ranges, group, fallback: defaultPlan(catalog, group).code })
    await transaction.run(statements.countExpiringCredits, ranges)
    await transaction.run(statements.recordCheckpoints, { accountIds: ranges.accountIds, versions: ranges.toVersions })
    return idsOf(({ toVersion, version }) => toVersion < version)
  })
}
