import { isConnectionFailure } from '../database/connection-failure.js'

/**
 * Many callers, one statement: what arrives while a batch is in flight is settled together by the next one, so the first caller
 * waits for nothing and many share one commit. A batch that fails is tried again one by one, failing only whom it must.
 * A batch that fails because the database is unreachable is not split: each item would wait for another connection timeout, and block the
 * batches behind it.
 */
export interface Batcher<Item, Result> {
  add(item: Item): Promise<Result>
  /** Resolves when everything added so far is settled. */
  onIdle(): Promise<void>
}

export interface BatcherOptions<Item, Result> {
  /** Runs a batch and returns the results in the order of its items. A result that takes longer than the others may be a promise. */
  runBatch(items: readonly Item[]): Promise<readonly (Result | PromiseLike<Result>)[]>
  readonly maxSize?: number
  /** No two items of one key share a batch: the second waits for the next. Left out: any may. */
  keyOf?(item: Item): string
  /** How many batches may be in flight at once, where order does not matter. Left out: one. */
  readonly concurrency?: number
  /**
   * Milliseconds that the next batch is waited for, where many share more than one gains by being first. It is told how many shared the
   * batch that was settled just now: 0 when that is a while ago. Left out: none.
   */
  readonly debounceMs?: (lastBatchSize: number) => number
}

interface Waiting<Item, Result> {
  readonly item: Item
  readonly since: number
  readonly resolve: (result: Result | PromiseLike<Result>) => void
  readonly reject: (error: unknown) => void
}

/** A batch that was settled longer ago tells nothing of how many come now. */
const RECENT_BATCH_MS = 10
/** If a batch fails because the database is unreachable, items that have waited longer than this fail with it. */
const WAITED_LONG_MS = 1_000
/** Maximum time for trying the items of a failed batch one by one. The remaining items fail with the batch's error. */
const ONE_BY_ONE_MS = 15_000

/** Until everything that can be read from sockets in this turn is read: it belongs into the same batch. */
const afterPendingReads = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const maxSize = options.maxSize ?? 64
  let waiting: Waiting<Item, Result>[] = []
  const maxFlights = options.concurrency ?? 1
  const concurrency = new Set<Promise<void>>()
  const last = { size: 0, at: 0 }

  /** Settles a batch; what it answers with is left to be called. */
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
    const until = performance.now() + ONE_BY_ONE_MS
    const answers: (() => void)[] = []
    for (const one of batch) answers.push(performance.now() < until ? await runBatch([one]) : () => one.reject(failure))
    return () => answers.forEach((answer) => answer())
  }
  const refuseLongWaiting = (error: unknown): void => {
    const before = performance.now() - WAITED_LONG_MS
    const refused = waiting.filter(({ since }) => since < before)
    waiting = waiting.filter(({ since }) => since >= before)
    for (const { reject } of refused) reject(error)
  }
  const takeBatch = (): Waiting<Item, Result>[] => {
    const keys = new Set<string>()
    const batch: Waiting<Item, Result>[] = []
    const left: Waiting<Item, Result>[] = []
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
    let answer = (): void => undefined
    while (waiting.length) {
      const debounceMs = options.debounceMs?.(performance.now() - last.at < RECENT_BATCH_MS ? last.size : 0) ?? 0
      if (debounceMs > 0) await new Promise((wake) => setTimeout(wake, debounceMs))
      const batch = takeBatch()
      const running = runBatch(batch)
      // Answering takes this process as long as a statement takes the database: the statement is on its way first.
      setImmediate(answer)
      answer = await running
      last.size = batch.length
      last.at = performance.now()
    }
    onDrained()
    answer()
  }
  const startWorker = (): void => {
    // Gone in the same turn in which it finds nobody waiting, or the next caller would wait for a flight that is over.
    const flight: Promise<void> = afterPendingReads().then(() => drainQueue(() => concurrency.delete(flight)))
    concurrency.add(flight)
  }
  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, since: performance.now(), resolve, reject })
        if (concurrency.size < maxFlights) startWorker()
      }),
    onIdle: async () => void (await Promise.all(concurrency)),
  }
}

/**
 * For `debounceMs`: where several come at a time more are about to come, and sharing a statement saves more than a moment costs. Whoever
 * comes alone waits for nobody.
 */
export const debounceWhileBusy = (lastBatchSize: number): number => (lastBatchSize > 1 ? 1 : 0)
