import { batchOrEach, forEachSeparately } from '#services/kernel/event-loop/for-each-separately.js'
import type { Context } from '#services/kernel/context/context.js'
import {
  BATCH,
  chainAuditBatch,
  chainLedgerBatch,
  chainsOfAuditBatch,
  type AuditChains,
  type ChainedCount,
} from './chain-entries.js'
import { findRecentlyChanged, findUnchained } from './ledger-chain.sql.js'

const ACCOUNTS_AT_ONCE = 200

type Parts = Pick<Context, 'database' | 'timers'> & { readonly isStopping?: () => boolean }

/** Chains what the recent events of accounts report, or everything that is not chained. */
export async function chainNewEntries(parts: Parts, withinMs: number | null, rest = 0): Promise<void> {
  await forEachSeparately([() => chainLedgers(parts, withinMs, rest), () => chainAudits(parts, rest)], (step) => step())
}

/** Chains the entries of each account. Those of an account that fails are chained by the next run. */
async function chainLedgers(parts: Parts, withinMs: number | null, rest: number): Promise<void> {
  const { database, isStopping } = parts
  const batches =
    withinMs === null
      ? unchainedBatches(parts)
      : batchesOf((await database.rows(findRecentlyChanged, { withinMs })).map(({ id }) => id))
  await forEachSeparately(batches, async (batch) => {
    if (isStopping?.()) return
    await batchOrEach(batch, (some) => untilDone(parts, rest, () => chainLedgerBatch(database, some)))
  })
}

/** Chains the audit entries of all accounts together. After an error, each chain of that batch is continued separately, and then the others. */
async function chainAudits(parts: Parts, rest: number, without: readonly string[] = []): Promise<void> {
  const { database } = parts
  const addTo = (of: AuditChains) => untilDone(parts, rest, () => chainAuditBatch(database, of))
  try {
    await addTo({ without })
  } catch (error) {
    const chains = await chainsOfAuditBatch(database, { without })
    if (chains.length === 0) throw error
    const failed = [...without]
    const addToOne = (chain: string) =>
      addTo({ only: [chain] }).catch((reason: unknown) => {
        failed.push(chain)
        throw reason
      })
    await forEachSeparately(
      [...chains.map((chain) => () => addToOne(chain)), () => chainAudits(parts, rest, failed)],
      (step) => step(),
    )
  }
}

const batchesOf = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / ACCOUNTS_AT_ONCE) }, (_, index) =>
    ids.slice(index * ACCOUNTS_AT_ONCE, (index + 1) * ACCOUNTS_AT_ONCE),
  )

async function* unchainedBatches({ database, isStopping }: Parts): AsyncGenerator<string[]> {
  for (let after = ''; ;) {
    const ids = (await database.rows(findUnchained, { after, limit: ACCOUNTS_AT_ONCE })).map(({ id }) => id)
    yield ids
    if (ids.length < ACCOUNTS_AT_ONCE || isStopping?.()) return
    after = ids.at(-1)!
  }
}

/** Repeats a batch until one is not full, or another process does the same. */
async function untilDone(
  { timers, isStopping }: Parts,
  rest: number,
  batch: () => Promise<ChainedCount>,
): Promise<void> {
  for (;;) {
    const begin = timers.monotonic()
    const chained = await batch()
    if (rest > 0 && chained) await timers.delay(rest * (timers.monotonic() - begin))
    if (chained === null || chained < BATCH || isStopping?.()) return
  }
}
