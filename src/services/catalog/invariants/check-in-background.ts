import { sql } from 'kysely'
import type { InvariantRoundRow, RuleResult } from '#entities/catalog/invariant-round.entity.js'
import type { CatalogContext } from '#services/catalog/catalog-context.js'
import type { Database } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { isConnectionFailure } from '#services/kernel/errors/connection-failure.js'
import { jsonb } from '#services/kernel/database/query-builder.js'
import { runPeriodically, type BackgroundJob } from '#services/kernel/periodic-jobs/run-periodically.js'
import type { Outcomes } from './check-invariants.js'
import { sumOfOutcomes } from './invariant-rule.js'
import { readOneSnapshot } from './rule-statements.sql.js'

const PERIOD_MS = 60_000
/** Pause between the end of a round and the next one. docs/operations.md states it. */
const PAUSE_MINUTES = 10
/** Largest number of accounts of a part. */
const MAX_ACCOUNTS = 200
/** Intended duration of a part, by which the number of accounts of the next one follows: a part reads all ledger entries of its accounts. */
const PART_MS = 2_000
/** Pause after a part, as a multiple of its duration: operations of callers come first. */
const REST_FACTOR = 4
/** Time in ms after which a stop is noticed in a pause. */
const LOOK_MS = 1_000

type Parts = Pick<CatalogContext, 'catalog' | 'database' | 'declared' | 'log' | 'timers'>
type Results = Readonly<Record<string, RuleResult>>

/**
 * Checks the invariants in rounds: some accounts after others, each part against one snapshot of the database. A stop ends the round
 * after the part, and any process continues it from there.
 */
export const startInvariantChecks = (context: CatalogContext): BackgroundJob =>
  runPeriodically(context, PERIOD_MS, 'invariants', (isStopping) => checkDue(context, isStopping))

/** Continues the open round, or begins the next one if it is due, and checks to its end. */
export async function checkDue(
  parts: Parts,
  isOver: () => boolean,
  pauseMinutes = PAUSE_MINUTES,
  rest = REST_FACTOR,
): Promise<void> {
  let limit = MAX_ACCOUNTS
  for (let round = await openRound(parts, pauseMinutes); round && !isOver();) {
    const begin = parts.timers.monotonic()
    round = await checkPart(parts, round, limit)
    const took = parts.timers.monotonic() - begin
    limit = Math.min(MAX_ACCOUNTS, Math.ceil((limit * PART_MS) / took))
    if (round) await pauseFor(parts, rest * took, isOver)
  }
}

/** A stop does not wait for the end of a pause, which is long where a part takes long. */
async function pauseFor({ timers }: Parts, milliseconds: number, isOver: () => boolean): Promise<void> {
  const until = timers.monotonic() + milliseconds
  for (let left = milliseconds; left > 0 && !isOver(); left = until - timers.monotonic())
    await timers.delay(Math.min(left, LOOK_MS))
}

type OpenRound = Pick<InvariantRoundRow, 'number' | 'found' | 'results'> & { readonly after: string }

/** Null if no round is open or due. */
async function openRound({ database: { query } }: Parts, pauseMinutes: number): Promise<OpenRound | null> {
  const columns = ['number', 'after', 'found', 'results'] as const
  const last = await query.selectFrom('invariant_round').select(columns).executeTakeFirst()
  if (last && last.after !== null) return { ...last, after: last.after }
  const begun = await query
    .insertInto('invariant_round')
    .values({ id: 1, number: 1, after: '', found: jsonb({}), results: jsonb({}) })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet((eb) => ({
          number: sql<number>`invariant_round.number + 1`,
          after: eb.ref('excluded.after'),
          found: eb.ref('excluded.found'),
        }))
        .where('invariant_round.after', 'is', null)
        .where(sql<boolean>`invariant_round.checked_at <= now() - make_interval(secs => ${pauseMinutes * 60})`),
    )
    .returning(columns)
    .executeTakeFirst()
  return begun ? { ...begun, after: '' } : null
}

/** Checks the next accounts and, after the last ones, the installation. Returns the round as it continues; null if it ended, or if another process continued it. */
async function checkPart(parts: Parts, round: OpenRound, limit: number): Promise<OpenRound | null> {
  const { database, catalog, declared, log } = parts
  const rows = await database.query
    .selectFrom('account')
    .select('id')
    .where('id', '>', round.after)
    .orderBy('id')
    .limit(limit)
    .execute()
  const ids = rows.map(({ id }) => id)
  const last = ids.length === limit ? ids.at(-1)! : null
  const outcomes = await checkAccounts(parts, ids)
  if (last === null)
    outcomes.push(await inOneSnapshot(database, (sql) => declared.invariants.checkInstallation(sql, catalog.current())))
  const found = outcomes.reduce(sumOf, round.found)
  const { numUpdatedRows } = await database.query
    .updateTable('invariant_round')
    .set({
      after: last,
      found: jsonb(last === null ? {} : found),
      ...(last === null ? { results: jsonb(found), checkedAt: sql`now()` } : {}),
    })
    .where('number', '=', round.number)
    .where('after', '=', round.after)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n) return null
  if (last !== null) return { ...round, after: last, found }
  for (const [name, { counterexample }] of Object.entries(found))
    if (counterexample !== null && (round.results[name]?.counterexample ?? null) === null)
      log.error({ invariant: name, counterexample }, 'invariant broken')
  return null
}

/** Checks accounts together, after an error in halves, and one account rule by rule: one that cannot be checked delays no others. */
async function checkAccounts(parts: Parts, ids: readonly string[], isLarge = false): Promise<Outcomes[]> {
  const { database, catalog, declared, log } = parts
  const accountId = ids[0]!
  try {
    const check = (sql: Sql) =>
      isLarge
        ? declared.invariants.checkLargeAccount(sql, catalog.current(), accountId)
        : declared.invariants.checkSomeAccounts(sql, catalog.current(), ids)
    return [await inOneSnapshot(database, check)]
  } catch (error) {
    if (isConnectionFailure(error)) throw error
    if (isLarge) {
      log.error({ err: error, accountId }, 'invariants of an account could not be checked')
      return []
    }
    if (ids.length <= 1) return checkAccounts(parts, ids, true)
    const half = Math.ceil(ids.length / 2)
    const first = await checkAccounts(parts, ids.slice(0, half))
    return [...first, ...(await checkAccounts(parts, ids.slice(half)))]
  }
}

const inOneSnapshot = (database: Database, check: (sql: Sql) => Promise<Outcomes>): Promise<Outcomes> =>
  database.transaction(async (transaction) => {
    await transaction.run(readOneSnapshot)
    return check(transaction)
  })

function sumOf(found: Results, outcomes: Outcomes): Results {
  const added = [...outcomes].map(([name, outcome]): [string, RuleResult] => {
    const before = found[name]
    return [name, before ? sumOfOutcomes(before, outcome) : outcome]
  })
  return { ...found, ...Object.fromEntries(added) }
}
