import { sql } from 'kysely'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { defaultPlan } from '#services/catalog/snapshot/catalog-snapshot.js'
import { hasDefaultLine, reportUnlisted } from '#services/catalog/price-lists/report-unlisted.js'
import * as statements from './analytics.sql.js'
import { findDefaultPrices, rollUpUsage } from './roll-up-usage.sql.js'

/** Any number: one process counts at a time, so that two processes never wait for each other's days. */
const AGGREGATION_LOCK = 7_142_040

/** Maximum number of versions of a busy account per batch. */
const MAX_VERSIONS = 1_000

/** A range of an account's versions that is not counted yet. */
export interface PendingVersions {
  readonly accountId: string
  readonly fromVersion: number
  readonly toVersion: number
  readonly version: number
  /** True if all objects of the account are counted, not only those of events. */
  readonly isWhole: boolean
  /** Patterns that types of its events match. Null if there is no event. */
  readonly patterns: readonly string[] | null
}

/**
 * Adds accounts to the daily figures up to their current version, in one transaction. Repeated calls count each version
 * once. New data is found by the account's events. Of an account at most a bounded number of versions is counted, so that
 * other work does not wait. @returns accounts that are not up to date yet @param
 * includeCounted compares counted purchases with their current state, regardless of events
 */
export async function aggregateAccounts(
  { database, catalog, declared }: Pick<CatalogContext, 'database' | 'catalog' | 'declared'>,
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
      patterns: declared.aggregates.flatMap(({ patterns }) => patterns),
    })
    const idsOf = (matches: (range: PendingVersions) => boolean) =>
      pending.filter(matches).map(({ accountId }) => accountId)
    if (pending.length === 0) return []
    // Most changes are uses, which need none of these statements.
    for (const { patterns, count } of declared.aggregates) {
      const ids = idsOf(
        (range) =>
          includeCounted || range.isWhole || patterns.some((pattern) => range.patterns?.includes(pattern) ?? false),
      )
      if (ids.length > 0) await count(transaction, ids)
    }
    const snapshot = catalog.current()
    const ranges = {
      accountIds: idsOf(() => true),
      fromVersions: pending.map(({ fromVersion }) => fromVersion),
      toVersions: pending.map(({ toVersion }) => toVersion),
    }
    const ofNew = pending.filter(({ fromVersion }) => fromVersion < 0).map(({ accountId }) => accountId)
    if (ofNew.length > 0)
      await transaction.query
        .deleteFrom('usage_rollup')
        .where('accountId', '=', sql<string>`any(${ofNew})`)
        .execute()
    await transaction.run(rollUpUsage, ranges)
    if ([...snapshot.rateCards.values()].some(hasDefaultLine))
      await reportUnlisted(transaction, snapshot, await transaction.rows(findDefaultPrices, ranges))
    const group = snapshot.defaultGroup
    await transaction.run(statements.countUsage, { ...ranges, group, fallback: defaultPlan(snapshot, group).code })
    await transaction.run(statements.countExpiringCredits, ranges)
    await transaction.run(statements.recordCheckpoints, { accountIds: ranges.accountIds, versions: ranges.toVersions })
    return idsOf(({ toVersion, version }) => toVersion < version)
  })
}
