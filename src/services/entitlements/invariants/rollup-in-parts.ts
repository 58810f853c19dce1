import type { Sql } from '#services/kernel/database/sql.js'
import type { RuleOutcome } from '#services/catalog/invariants/rule-outcome.js'
import { daysSumToMonths, findCountedDays, ledgerSumsToDays, type CountedDays } from './credit-rules.sql.js'
import { sumOfOutcomes } from '#services/catalog/invariants/invariant-rule.js'

/** Entries of a part, unless one day has more: about a second of PostgreSQL. */
const MAX_ENTRIES = 50_000

/** Compares the rollup of one account with its ledger in several statements, because their time grows with the entries. */
export async function checkRollupInParts(
  database: Sql,
  accountId: string,
  maxEntries = MAX_ENTRIES,
): Promise<RuleOutcome> {
  let outcome = (await database.row(daysSumToMonths, { accountId }))!
  for (const days of await partsOf(database, accountId, maxEntries))
    outcome = sumOfOutcomes(outcome, (await database.row(ledgerSumsToDays, { accountId, ...days }))!)
  return outcome
}

/** Parts that contain all days: the rollup may have days without an entry. */
async function partsOf(database: Sql, accountId: string, maxEntries: number): Promise<CountedDays[]> {
  const parts: { begin: string; end: string; first: number; last: number }[] = []
  let part = { begin: '-infinity', end: 'infinity', first: 0, last: 0 }
  let entries = 0
  parts.push(part)
  for (const day of await database.rows(findCountedDays, { accountId })) {
    if (entries > 0 && entries + day.entries > maxEntries) {
      part.end = day.day.toISOString()
      parts.push((part = { begin: part.end, end: 'infinity', first: day.first, last: day.last }))
      entries = 0
    }
    part.first = entries > 0 ? Math.min(part.first, day.first) : day.first
    part.last = Math.max(part.last, day.last)
    entries += day.entries
  }
  return parts
}
