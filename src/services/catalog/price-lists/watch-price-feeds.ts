import { isDeepStrictEqual } from 'node:util'
import type { Dispatcher } from 'undici'
import type { PriceFeedRow } from '#entities/catalog/price-feed.entity.js'
import type { PriceDifference, StoredPriceChange } from '#entities/catalog/price-list.entity.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { PriceFeed } from '#services/catalog/definition/price-feed.js'
import type { RateCardDefinition } from '#services/catalog/definition/types.js'
import { currentPrices } from '#services/catalog/prices/applied-prices.js'
import { decidePrices } from '#services/catalog/prices/decide-prices.js'
import { PriceDocumentError, readPriceDocument } from '#services/catalog/prices/read-price-document.js'
import type { Transaction } from '#services/kernel/database/database.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import { recordOperatorEvent } from '#services/kernel/events/record-operator-event.js'
import { guardedPool } from '#services/kernel/outbound/address-guard.js'
import { addressGuardFor } from '#services/kernel/outbound-webhooks/validate-endpoint.js'
import { runPeriodically, type BackgroundJob } from '#services/kernel/periodic-jobs/run-periodically.js'
import { applyList, lockPrices } from './decide-price-list.js'
import { fetchPriceDocument } from './fetch-price-document.js'

const LOOK_MS = 60_000
/** A document is fetched at most once in this time, by whichever process. */
const FETCH_MS = 3_600_000
/** Time in which operators can see and reject plausible changes before they are applied. docs/rate-cards.md states it. */
export const NOTICE_MS = 300_000

type Fed = RateCardDefinition & { readonly feed: PriceFeed }

/** Follows the public price lists of rate cards. */
export function startPriceFeeds(context: CatalogContext): BackgroundJob {
  const pool = guardedPool(addressGuardFor(context.config, null), { connectMs: 5_000, perOrigin: 1 })
  const job = runPeriodically(context, LOOK_MS, 'price feeds', () => watchPriceFeeds(context, pool))
  return {
    stop: async () => {
      await job.stop()
      await pool.close()
    },
  }
}

/** Applies the plausible changes whose notice is over, and fetches the documents that are due. */
export async function watchPriceFeeds(context: CatalogContext, pool: Dispatcher): Promise<void> {
  for (const card of context.catalog.current().rateCards.values()) {
    if (card.feed === null) continue
    const fed = { ...card, feed: card.feed }
    await applyDue(context, fed)
    await checkFeed(context, fed, pool)
  }
}

async function applyDue(context: CatalogContext, { feature, feed }: Fed): Promise<void> {
  if (feed.apply !== 'AUTOMATIC') return
  const applied = await context.database.transaction(async (transaction) => {
    await lockPrices(transaction, feature)
    const due = await transaction.query
      .selectFrom('price_list')
      .selectAll()
      .where('feature', '=', feature)
      .where('status', '=', 'PROPOSED')
      .where('held', '=', false)
      .where('proposedAt', '<=', new Date(context.machineClock.now().getTime() - NOTICE_MS))
      .executeTakeFirst()
    return due && applyList(transaction, due, context.clock.now(), null)
  })
  if (applied) await context.catalog.reload()
}

/** Reads the document of a feed if it is due, and proposes what it changes. What is wrong with it changes nothing and is reported once. */
async function checkFeed(context: CatalogContext, { feature, feed }: Fed, pool: Dispatcher): Promise<void> {
  const state = await claimFetch(context, feature, JSON.stringify(feed))
  if (!state) return
  try {
    const fetched = await fetchPriceDocument(
      { config: context.config, timers: context.timers, pool },
      feed.source,
      state,
    )
    const document = fetched && readPriceDocument(feed, fetched.text)
    await context.database.transaction(async (transaction) => {
      await lockPrices(transaction, feature)
      if (document) {
        const { prices, differences } = document
        const decided = decidePrices(feed, prices, await currentPrices(transaction, feature))
        await propose(transaction, context, { feature, held: false, changes: decided.plausible, differences })
        await propose(transaction, context, { feature, held: true, changes: decided.held, differences: [] })
      }
      await transaction.query
        .updateTable('price_feed')
        .set({ failure: null, ...(fetched && { etag: fetched.etag, lastModified: fetched.lastModified }) })
        .where('feature', '=', feature)
        .execute()
    })
  } catch (error) {
    if (!(error instanceof PriceDocumentError)) throw error
    await reportFailure(context, feature, state, error.message)
  }
}

/** The state of a feed whose fetch is due, and now begun by this process. Null otherwise. */
async function claimFetch(
  { database, machineClock }: CatalogContext,
  feature: string,
  terms: string,
): Promise<Pick<PriceFeedRow, 'etag' | 'lastModified' | 'failure'> | null> {
  const now = machineClock.now()
  return database.transaction(async (transaction) => {
    await lockPrices(transaction, feature)
    const known = await transaction.query
      .selectFrom('price_feed')
      .selectAll()
      .where('feature', '=', feature)
      .executeTakeFirst()
    // Other terms are other prices of the same document.
    const isSame = known?.terms === terms
    if (known && isSame && known.checkedAt.getTime() > now.getTime() - FETCH_MS) return null
    const row = isSame ? known : { etag: null, lastModified: null, failure: known?.failure ?? null }
    await transaction.query
      .insertInto('price_feed')
      .values({ feature, terms, checkedAt: now, etag: row.etag, lastModified: row.lastModified, failure: row.failure })
      .onConflict((conflict) =>
        conflict.column('feature').doUpdateSet((eb) => ({
          terms: eb.ref('excluded.terms'),
          checkedAt: eb.ref('excluded.checkedAt'),
          etag: eb.ref('excluded.etag'),
          lastModified: eb.ref('excluded.lastModified'),
        })),
      )
      .execute()
    return row
  })
}

interface Proposal {
  readonly feature: string
  readonly held: boolean
  readonly changes: readonly StoredPriceChange[]
  readonly differences: readonly PriceDifference[]
}

/** Replaces the open list of a kind. The same changes as those of the last list that is open or was rejected are not proposed again. */
async function propose(
  transaction: Transaction,
  { machineClock }: CatalogContext,
  { feature, held, changes, differences }: Proposal,
): Promise<void> {
  const last = await transaction.query
    .selectFrom('price_list')
    .select(['status', 'changes'])
    .where('feature', '=', feature)
    .where('held', '=', held)
    .where('status', 'in', ['PROPOSED', 'REJECTED'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const isNamed = isDeepStrictEqual(await namedDifferences(transaction, feature), differences)
  if (last && isDeepStrictEqual(last.changes, changes) && (held || isNamed)) return
  await transaction.query
    .updateTable('price_list')
    .set({ status: 'SUPERSEDED' })
    .where('feature', '=', feature)
    .where('held', '=', held)
    .where('status', '=', 'PROPOSED')
    .execute()
  // A list that leaves out other prices than before is shown as well if no price changes.
  if (changes.length === 0 && (held || isNamed || differences.length === 0)) return
  const id = transaction.newId('prl')
  await transaction.query
    .insertInto('price_list')
    .values({
      id,
      feature,
      status: 'PROPOSED',
      held,
      changes: jsonb(changes),
      differences: jsonb(differences),
      proposedAt: machineClock.now(),
    })
    .execute()
  await recordOperatorEvent(transaction, {
    type: 'price_list.proposed',
    summary: held
      ? `${changes.length} prices of ${feature} change so much that only an operator applies them.`
      : `${changes.length} prices of ${feature} change.${differences.length > 0 ? ` ${differences.length} names of prices have no meaning in the rate card.` : ''}`,
    accountId: null,
    data: { feature, priceListId: id, changes: changes.length, needsOperator: held },
  })
}

/** Differences that the newest list of a feed names. */
async function namedDifferences(transaction: Transaction, feature: string): Promise<readonly PriceDifference[]> {
  const newest = await transaction.query
    .selectFrom('price_list')
    .select('differences')
    .where('feature', '=', feature)
    .where('held', '=', false)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return newest?.differences ?? []
}

/** Stores why a document changed nothing, and notifies operators of another reason than the last. */
async function reportFailure(
  { database, log }: CatalogContext,
  feature: string,
  state: Pick<PriceFeedRow, 'failure'>,
  failure: string,
): Promise<void> {
  log.warn({ feature, failure }, 'price list refused, retrying within an hour')
  await database.transaction(async (transaction) => {
    await transaction.query.updateTable('price_feed').set({ failure }).where('feature', '=', feature).execute()
    if (state.failure === failure) return
    await recordOperatorEvent(transaction, {
      type: 'price_feed.failed',
      summary: `The price list of ${feature} was refused: ${failure}`,
      accountId: null,
      data: { feature, error: failure },
    })
  })
}
