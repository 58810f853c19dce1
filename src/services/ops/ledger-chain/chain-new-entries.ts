import type { Context } from '#services/kernel/context/context.js'
import { BATCH, chainAuditBatch, chainLedgerBatch, type ChainedCount } from './chain-entries.js'
import { findRecentlyChanged, findUnchained } from './ledger-chain.sql.js'

const ACCOUNTS_AT_ONCE = 200

type Parts = Pick<Context, 'database' | 'timers'>

/** Chains what the recent events of accounts report, or everything that is not chained. */
export async function chainNewEntries(parts: Parts, withinMs: number | null, rest = 0): Promise<void> {
  const { database } = parts
  if (withinMs !== null)
    await chainAccounts(
      parts,
      (await database.rows(findRecentlyChanged, { withinMs })).map(({ id }) => id),
      rest,
    )
  else
    for (let after = ''; ;) {
      const ids = (await database.rows(findUnchained, { after, limit: ACCOUNTS_AT_ONCE })).map(({ id }) => id)
      await chainAccounts(parts, ids, rest)
      if (ids.length < ACCOUNTS_AT_ONCE) break
      after = ids.at(-1)!
    }
  await untilDone(parts, rest, () => chainAuditBatch(database))
}

async function chainAccounts(parts: Parts, accountIds: readonly string[], rest: number): Promise<void> {
  for (let at = 0; at < accountIds.length; at += ACCOUNTS_AT_ONCE) {
    const some = accountIds.slice(at, at + ACCOUNTS_AT_ONCE)
    await untilDone(parts, rest, () => chainLedgerBatch(parts.database, some))
  }
}

/** Repeats a batch until one is not full, or another process does the same. */
async function untilDone({ timers }: Parts, rest: number, batch: () => Promise<ChainedCount>): Promise<void> {
  for (;;) {
    const begin = timers.monotonic()
    const chained = await batch()
    if (rest > 0 && chained) await timers.delay(rest * (timers.monotonic() - begin))
    if (chained === null || chained < BATCH) return
  }
}
