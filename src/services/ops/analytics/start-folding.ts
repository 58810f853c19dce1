import { every, type Background } from '../../kernel/housekeeping/every.js'
import type { CatalogContext } from '../../catalog/catalog-context.js'
import { foldAccounts } from './fold-accounts.js'
import { UNCOUNTED_PURCHASES } from './fold-sales.js'

const ACCOUNTS_AT_ONCE = 500
const SOON_MS = 1_000
const HOURLY_MS = 3_600_000

/** A transaction that lasts longer than this may be overlooked, until everybody is looked at. */
const OVERLAP_MS = 10_000
/** Of so many times the effort of a look the next one rests: business comes first, its numbers may be a few seconds behind. */
const RESTS = 9

/** Accounts that something happened to in the last so many milliseconds: each version has its event. */
const RECENT = `
  select distinct e.account_id as id from stream_event e
    join account a on a.id = e.account_id left join analytics_mark m on m.account_id = a.id
  where e.recorded_at > now() - make_interval(secs => $2::float8 / 1000) and e.stream_id = e.account_id and a.version > coalesce(m.version, -1) limit $1`

/** Every account that is not counted up to its version: those of a database from before the numbers, and what was missed while nobody counted. */
const BEHIND = `
  select a.id from account a left join analytics_mark m on m.account_id = a.id
  where a.version > coalesce(m.version, -1) limit $1`

/** Counts until nobody is behind; at the start of a process and each hour. Existing data is counted by it as well. */
export async function foldEverything(
  { database, catalog }: Pick<CatalogContext, 'database' | 'catalog'>,
  isOver = () => false,
): Promise<void> {
  const foldFound = async (statement: string, again: boolean): Promise<void> => {
    for (;;) {
      const rows = await database.rows<{ id: string }>(statement, [ACCOUNTS_AT_ONCE])
      await foldAccounts(
        database,
        catalog.current(),
        rows.map(({ id }) => id),
        again,
      )
      if (rows.length < ACCOUNTS_AT_ONCE || isOver()) return
    }
  }
  await foldFound(BEHIND, false)
  await foldFound(UNCOUNTED_PURCHASES, true)
}

/** Keeps the numbers up, a second behind what happens, or some more while much does. */
export function startFolding(context: CatalogContext): Background {
  const { database, catalog } = context
  let stopped = false
  const isOver = () => stopped
  // Until here everything that happened is counted; whoever is more than a page waits for the next look.
  let countedUntil = performance.now()
  let restsUntil = 0
  const soon = every(context, SOON_MS, 'analytics', async () => {
    const begin = performance.now()
    if (begin < restsUntil) return
    const rows = await database.rows<{ id: string }>(RECENT, [ACCOUNTS_AT_ONCE, begin - countedUntil + OVERLAP_MS])
    await foldAccounts(
      database,
      catalog.current(),
      rows.map(({ id }) => id),
    )
    if (rows.length < ACCOUNTS_AT_ONCE) countedUntil = begin
    restsUntil = performance.now() + RESTS * (performance.now() - begin)
  })
  const all = every(context, HOURLY_MS, 'analytics of everybody', () => foldEverything(context, isOver))
  const first = foldEverything(context, isOver).catch((error: unknown) =>
    context.log.warn({ err: error }, 'the numbers are not complete yet; they are counted within the hour'),
  )
  return {
    stop: async () => {
      stopped = true
      await Promise.all([soon.stop(), all.stop(), first])
    },
  }
}
