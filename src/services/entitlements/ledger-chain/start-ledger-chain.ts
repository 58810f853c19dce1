import { forEachSeparately } from '#services/kernel/event-loop/for-each-separately.js'
import { runPeriodically, type BackgroundJob } from '#services/kernel/periodic-jobs/run-periodically.js'
import type { Context } from '#services/kernel/context/context.js'
import { chainNewEntries } from './chain-new-entries.js'
import { makeDueRoot } from './make-root.js'

/** An entry is chained this long after its commit, or one period later. docs/verifiable-ledger.md states what that weakens. */
const PERIOD_MS = 60_000
/** A transaction that lasts longer than this is overlooked until all accounts are read, within an hour. */
const OVERLAP_MS = 30_000
const HOUR_MS = 3_600_000
/** Pause after a batch, as a multiple of its duration: operations of callers come first. */
const REST_FACTOR = 2

/** Chains new entries each minute, and signs a root after the end of each day. Safe in several processes. */
export function startLedgerChain(context: Context): BackgroundJob {
  const { database, timers } = context
  let lastRun: number | null = null
  let allSince: number | null = null
  return runPeriodically(context, PERIOD_MS, 'ledger chain', async (isStopping) => {
    const begin = timers.monotonic()
    const isAll = lastRun === null || allSince === null || begin - allSince > HOUR_MS
    const chain = async () => {
      await chainNewEntries({ database, timers, isStopping }, isAll ? null : begin - lastRun! + OVERLAP_MS, REST_FACTOR)
      if (isAll) allSince = begin
      lastRun = begin
    }
    await forEachSeparately([chain, () => makeDueRoot(context)], (step) => step())
  })
}
