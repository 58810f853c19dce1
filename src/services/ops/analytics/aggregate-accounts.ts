import type { Database, Transaction } from '#services/kernel/database/database.js'
import { defaultPlan, type CatalogSnapshot } from '#services/catalog/snapshot/catalog-snapshot.js'
import { aggregateLedger, type PendingEntries } from './aggregate-ledger.js'
import { aggregateCheckouts, aggregatePurchases } from './aggregate-sales.js'
import { aggregateSubscribers } from './aggregate-subscribers.js'

/** Any number: one process counts at a time, so that days are never waited for in a circle. */
const AGGREGATION_LOCK = 7_142_040

/**
 * A few accounts out of very many: a generic plan would read the whole ledger, so each statement is planned for its
 * accounts. Commits do not wait for the disk: figures lost in a crash are computed again, because their marks are lost
 * as well.
 */
const BEGIN = `select pg_advisory_xact_lock($1), set_config('synchronous_commit', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true),
  set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`

/** Maximum number of versions of a busy account per batch. */
const MAX_VERSIONS = 200

/** Events of an account in a range of its versions. */
interface Opened extends PendingEntries {
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
 * again compares counted purchases with their current state, regardless of events
 */
export async function aggregateAccounts(
  database: Database,
  catalog: CatalogSnapshot,
  accountIds: readonly string[],
  again = false,
): Promise<string[]> {
  if (accountIds.length === 0) return []
  return database.transaction(async (transaction) => {
    await transaction.run(BEGIN, [AGGREGATION_LOCK])
    const open = await openRanges(transaction, accountIds, again)
    const which = (wanted: (range: Opened) => boolean) => open.filter(wanted).map(({ accountId }) => accountId)
    const isRequested = ({ isNew }: Opened) => isNew || again
    await aggregatePurchases(
      transaction,
      which((it) => it.purchases || isRequested(it)),
    )
    await aggregateCheckouts(
      transaction,
      which((it) => it.checkouts || isRequested(it)),
    )
    await aggregateSubscribers(
      transaction,
      which((it) => it.subscriptions || isRequested(it)),
    )
    const group = catalog.defaultGroup
    await aggregateLedger(transaction, open, { group, fallback: defaultPlan(catalog, group).code })
    await transaction.run(
      `insert into analytics_checkpoint (account_id, version) select * from unnest($1::text[], $2::bigint[])
       on conflict (account_id) do update set version = excluded.version`,
      [open.map(({ accountId }) => accountId), open.map(({ toVersion }) => toVersion)],
    )
    return which(({ toVersion, version }) => toVersion < version)
  })
}

const openRanges = (transaction: Transaction, accountIds: readonly string[], again: boolean): Promise<Opened[]> =>
  transaction.rows<Opened>(
    `select a.id as account_id, coalesce(m.version, -1) as from_version, a.version,
       case when m.version is null then a.version else least(a.version, m.version + $3) end as to_version, m.version is null as is_new,
       coalesce(e.purchases, false) as purchases, coalesce(e.checkouts, false) as checkouts, coalesce(e.subscriptions, false) as subscriptions
     from account a left join analytics_checkpoint m on m.account_id = a.id
       left join lateral (
         select bool_or(e.type like 'purchase.%') as purchases, bool_or(e.type like 'checkout.%') as checkouts,
           bool_or(e.type like 'subscription.%' or e.type like 'plan.%') as subscriptions
         from stream_event e where m.version is not null and e.stream_id = a.id and e.sequence > m.version and e.sequence <= a.version) e on true
     where a.id = any($1) and ($2 or a.version > coalesce(m.version, -1)) order by a.id`,
    [accountIds, again, MAX_VERSIONS],
  )
