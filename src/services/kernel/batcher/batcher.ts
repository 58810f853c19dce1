import { isConnectionFailure } from '../errors/connection-failure.js'
import type { Timers } from '../time/timers.js'

/**
 * Batches concurrent calls: items that arrive while a batch runs are processed together by the next batch. The first
 * caller never waits. If a batch fails, its items are retried one by one, so that only the faulty item fails. A batch
 * that failed because the database is unreachable is not split: each item would wait for another connection timeout and
 * block later batches.
 */
export interface Batcher<Item, Result> {
  add(item: Item): Promise<Result>
  /** Resolves when everything added so far is processed. */
  onIdle(): Promise<void>
}

export interface BatcherOptions<Item, Result> {
  /** Runs a batch and returns the results in the order of its items. A result that takes longer than the others may be a promise. */
  runBatch(items: readonly Item[]): Promise<readonly (Result | PromiseLike<Result>)[]>
  readonly timers: Timers
  readonly maxSize?: number
  /**
   * Two items with the same key never share a batch: the second waits for the next batch. Default: any items can share
   * a batch.
   */
  keyOf?(item: Item): string
  /** Maximum number of concurrent batches, for work without an order. Default: one. */
  readonly concurrency?: number
  /** Returns the time in ms for which the next batch waits for further items. Default: no wait. */
  readonly debounceMs?: () => number
}

interface Waiting<Item, Result> {
  readonly item: Item
  readonly since: number
  readonly resolve: (result: Result | PromiseLike<Result>) => void
  readonly reject: (error: unknown) => void
}

/** Age in ms after which the size of the last batch no longer predicts the next one. */
const RECENT_BATCH_MS = 10
/** If a batch fails because the database is unreachable, items that have waited longer than this fail with it. */
const WAITED_LONG_MS = 1_000
/** Maximum time for trying the items of a failed batch one by one. The remaining items fail with the batch's error. */
const ONE_BY_ONE_MS = 15_000

/** After everything that can be read from sockets in this turn is read: it belongs into the same batch. */
const afterPendingReads = (timers: Timers): Promise<void> => new Promise((resolve) => timers.setImmediate(resolve))

export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const { timers } = options
  const maxSize = options.maxSize ?? 64
  let waiting: Waiting<Item, Result>[] = []
  const maxWorkers = options.concurrency ?? 1
  const workers = new Set<Promise<void>>()
  const last = { size: 0, at: 0 }
  /** Size of the last batch if it was recent, otherwise 0. */
  const recentSize = (): number => (timers.monotonic() - last.at < RECENT_BATCH_MS ? last.size : 0)

  /** Runs a batch. Returns a function that delivers the results. */
  const runBatch = async (batch: Waiting<Item, Result>[]): Promise<() => void> => {
    try {
      const results = await options.runBatch(batch.map(({ item }) => item))
      return () => batch.forEach(({ resolve }, index) => resolve(results[index]!))
    } catch (error) {
      const isOutage = isConnectionFailure(error)
      if (batch.length > 1 && !isOutage) return runIndividually(batch, error)
      if (isOutage) refuseLongWaiting(error)
      return () => batch.forEach(({ reject }) => reject(error))
    }
  }
  const runIndividually = async (batch: Waiting<Item, Result>[], failure: unknown): Promise<() => void> => {
    const until = timers.monotonic() + ONE_BY_ONE_MS
    const answers: (() => void)[] = []
    for (const one of batch)
      answers.push(timers.monotonic() < until ? await runBatch([one]) : () => one.reject(failure))
    return () => answers.forEach((answer) => answer())
  }
  const refuseLongWaiting = (error: unknown): void => {
    const before = timers.monotonic() - WAITED_LONG_MS
    const refused = waiting.filter(({ since }) => since < before)
    waiting = waiting.filter(({ since }) => since >= before)
    for (const { reject } of refused) reject(error)
  }
  const takeBatch = (): Waiting<Item, Result>[] => {
    const batch: Waiting<Item, Result>[] = []
    const left: Waiting<Item, Result>[] = []
    const keys = new Set<string>()
    for (const one of waiting) {
      const key = options.keyOf?.(one.item)
      const fits = batch.length < maxSize && (key === undefined || !keys.has(key))
      if (fits && key !== undefined) keys.add(key)
      ;(fits ? batch : left).push(one)
    }
    waiting = left
    return batch
  }
  const drainQueue = async (onDrained: () => void): Promise<void> => {
    let deliver: (() => void) | undefined
    while (waiting.length) {
      const debounceMs = options.debounceMs?.() ?? 0
      if (debounceMs > 0) await timers.delay(debounceMs)
      const batch = takeBatch()
      const running = runBatch(batch)
      // Delivering takes this process as long as a statement takes the database: the statement is on its way first.
      if (deliver) timers.setImmediate(deliver)
      deliver = await running
      last.size = batch.length
      last.at = timers.monotonic()
    }
    onDrained()
    deliver?.()
  }
  const startWorker = (): void => {
    // One caller after another starts at once. Where calls come together, those of this turn share the batch.
    const gathered = workers.size > 0 || recentSize() > 1 ? afterPendingReads(timers) : Promise.resolve()
    // Removed in the same turn in which no caller is left; otherwise the next caller would wait for a finished batch.
    const worker: Promise<void> = gathered.then(() => drainQueue(() => workers.delete(worker)))
    workers.add(worker)
  }
  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, since: timers.monotonic(), resolve, reject })
        if (workers.size < maxWorkers) startWorker()
      }),
    onIdle: async () => void (await Promise.all(workers)),
  }
}
