import { runPeriodically, type BackgroundJob } from '#services/kernel/periodic-jobs/run-periodically.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import { aggregateAccounts } from './aggregate-accounts.js'
import { findRecentlyChanged } from './analytics.sql.js'

/**
 * Accounts of a transaction, most of whose cost does not depend on their number. A pause of a multiple of its duration follows: business
 * operations come first, figures can be some seconds late.
 */
const ACCOUNTS_AT_ONCE = 50
const REST_FACTOR = 15
/** Shorter pause for the first full count, because figures are incomplete until it ends. */
const RESTS_FOR_EVERYBODY = 1
const MAX_REST_MS = 1_000
/** Each page of outdated purchases reads all purchases. */
const ACCOUNTS_A_PAGE = 5_000
/** An account that changes all the time is counted once in this time. */
const SOON_MS = 5_000
const HOURLY_MS = 3_600_000

/** Interval of the search for accounts without a notification, for example after a crash. */
const MISSED_MS = 60_000
/** A transaction that lasts longer than this may be overlooked, until everybody is looked at. */
const OVERLAP_MS = 10_000

interface Pace {
  /** Pause after work, as a multiple of its duration. */
  readonly rests: number
  readonly isOver: () => boolean
}

const AT_ONCE: Pace = { rests: 0, isOver: () => false }

/** Counts accounts in batches. Returns those that are not up to date, and the errors of those that failed. */
async function aggregatePaced(
  context: Pick<CatalogContext, 'catalog' | 'database' | 'declared' | 'timers'>,
  accountIds: readonly string[],
  { rests, isOver }: Pace,
  includeCounted = false,
): Promise<{ behind: string[]; failed: ReadonlyMap<string, unknown> }> {
  const behind: string[] = []
  const failed = new Map<string, unknown>()
  for (let at = 0; at < accountIds.length && !isOver();) {
    const portion = accountIds.slice(at, at + ACCOUNTS_AT_ONCE)
    const begin = context.timers.monotonic()
    const count = (some: readonly string[]) => aggregateAccounts(context, some, includeCounted)
    try {
      behind.push(...(await count(portion)))
    } catch {
      // One account must not keep the others of its batch from being counted.
      for (const id of portion)
        await count([id]).then(
          (rest) => behind.push(...rest),
          (error: unknown) => failed.set(id, error),
        )
    }
    const took = context.timers.monotonic() - begin
    if (rests > 0) await context.timers.delay(Math.min(rests * took, MAX_REST_MS))
    at += portion.length
  }
  return { behind, failed }
}

/** Counts until all accounts are up to date. Runs at process start and every hour. It also counts existing data. */
export async function aggregateAll(
  context: Pick<CatalogContext, 'catalog' | 'database' | 'declared' | 'timers'>,
  pace: Pace = AT_ONCE,
): Promise<void> {
  const { database, declared } = context
  const failures: unknown[] = []
  const aggregateFound = async (find: (after: string) => Promise<{ id: string }[]>, includeCounted: boolean) => {
    // In pages: accounts that fail at every attempt delay no others.
    for await (const page of pagesOf(find)) {
      for (let ids = page; ids.length > 0 && !pace.isOver();) {
        const { behind, failed } = await aggregatePaced(context, ids, pace, includeCounted)
        failures.push(...failed.values())
        ids = behind
      }
      if (pace.isOver()) return
    }
  }
  await aggregateFound((after) => findAccountsBehind(database, after), false)
  for (const { findOutdated } of declared.aggregates)
    if (findOutdated) await aggregateFound((after) => findOutdated(database, after, ACCOUNTS_A_PAGE), true)
  if (failures.length > 0) throw failures[0]
}

async function* pagesOf(find: (after: string) => Promise<{ id: string }[]>): AsyncGenerator<string[]> {
  for (let after = ''; ;) {
    const ids = (await find(after)).map(({ id }) => id)
    yield ids
    if (ids.length < ACCOUNTS_A_PAGE) return
    after = ids.at(-1)!
  }
}

/** Accounts whose figures are not up to date: those of an older database, and those missed while no process counted. */
const findAccountsBehind = (database: Sql, after: string): Promise<{ id: string }[]> =>
  database.query
    .selectFrom('account as a')
    // Without its own bound, each page would read the checkpoints from the first account on.
    .leftJoin('analytics_checkpoint as c', (join) =>
      join.onRef('c.accountId', '=', 'a.id').on('c.accountId', '>', after),
    )
    .select('a.id')
    .where('a.version', '>', (eb) => eb.fn.coalesce('c.version', eb.lit(-1)))
    .where('a.id', '>', after)
    .orderBy('a.id')
    .limit(ACCOUNTS_A_PAGE)
    .execute()

/** Keeps the numbers up, seconds behind what happens, or some more while much does. */
export function startAggregation(context: CatalogContext): BackgroundJob {
  let stopped = false
  const isOver = () => stopped
  // Accounts with new events. Searching all events for them took the database longer than counting, so changes report
  // their account.
  const changed = new Set<string>()
  let missedUntil = context.timers.monotonic()
  const findMissed = async (): Promise<void> => {
    const begin = context.timers.monotonic()
    const rows = await context.database.rows(findRecentlyChanged, {
      withinMs: begin - missedUntil + OVERLAP_MS,
    })
    for (const { id } of rows) changed.add(id)
    missedUntil = begin
  }
  let missedNotifications = false
  const unsubscribe = context.notifier.subscribeAll((topics) => {
    if (topics === null) missedNotifications = true
    else for (const topic of topics) if (topic.startsWith('acc_')) changed.add(topic)
  })
  const soon = runPeriodically(context, SOON_MS, 'analytics', async () => {
    if (missedNotifications || context.timers.monotonic() - missedUntil > MISSED_MS) {
      missedNotifications = false
      await findMissed()
    }
    const ids = [...changed]
    changed.clear()
    const { behind, failed } = await aggregatePaced(context, ids, { rests: REST_FACTOR, isOver })
    for (const id of [...behind, ...failed.keys()]) changed.add(id)
    if (failed.size > 0) throw [...failed.values()][0]
  })
  const all = () => aggregateAll(context, { rests: RESTS_FOR_EVERYBODY, isOver })
  const hourly = runPeriodically(context, HOURLY_MS, 'analytics', all)
  const first = all().catch((error: unknown) =>
    context.log.warn({ err: error }, 'analytics aggregation incomplete, retrying within an hour'),
  )
  return {
    stop: async () => {
      stopped = true
      unsubscribe()
      await Promise.all([soon.stop(), hourly.stop(), first])
    },
  }
}
