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
  idle(): Promise<void>
}

export interface BatcherOptions<Item, Result> {
  /** Runs a batch and returns the results in the order of its items. A result that takes longer than the others may be a promise. */
  settle(items: readonly Item[]): Promise<readonly (Result | PromiseLike<Result>)[]>
  readonly maxSize?: number
  /** No two items of one key share a batch: the second waits for the next. Left out: any may. */
  keyOf?(item: Item): string
  /** How many batches may be in flight at once, where order does not matter. Left out: one. */
  readonly flights?: number
  /**
   * Milliseconds that the next batch is waited for, where many share more than one gains by being first. It is told how many shared the
   * batch that was settled just now: 0 when that is a while ago. Left out: none.
   */
  readonly gatherMs?: (lately: number) => number
}

interface Waiting<Item, Result> {
  readonly item: Item
  readonly since: number
  readonly resolve: (result: Result | PromiseLike<Result>) => void
  readonly reject: (error: unknown) => void
}

/** A batch that was settled longer ago tells nothing of how many come now. */
const LATELY_MS = 10
/** If a batch fails because the database is unreachable, items that have waited longer than this fail with it. */
const WAITED_LONG_MS = 1_000
/** Maximum time for trying the items of a failed batch one by one. The remaining items fail with the batch's error. */
const ONE_BY_ONE_MS = 15_000

/** Until everything that can be read from sockets in this turn is read: it belongs into the same batch. */
const readable = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const maxSize = options.maxSize ?? 64
  let waiting: Waiting<Item, Result>[] = []
  const mostFlights = options.flights ?? 1
  const flights = new Set<Promise<void>>()
  const last = { size: 0, at: 0 }

  /** Settles a batch; what it answers with is left to be called. */
  const settle = async (batch: Waiting<Item, Result>[]): Promise<() => void> => {
    try {
      const results = await options.settle(batch.map(({ item }) => item))
      return () => batch.forEach(({ resolve }, index) => resolve(results[index]!))
    } catch (error) {
      const isOutage = isConnectionFailure(error)
      if (batch.length > 1 && !isOutage) return settleEach(batch, error)
      if (isOutage) refuseLongWaiting(error)
      return () => batch.forEach(({ reject }) => reject(error))
    }
  }
  const settleEach = async (batch: Waiting<Item, Result>[], failure: unknown): Promise<() => void> => {
    const until = performance.now() + ONE_BY_ONE_MS
    const answers: (() => void)[] = []
    for (const one of batch) answers.push(performance.now() < until ? await settle([one]) : () => one.reject(failure))
    return () => answers.forEach((answer) => answer())
  }
  const refuseLongWaiting = (error: unknown): void => {
    const before = performance.now() - WAITED_LONG_MS
    const refused = waiting.filter(({ since }) => since < before)
    waiting = waiting.filter(({ since }) => since >= before)
    for (const { reject } of refused) reject(error)
  }
  const take = (): Waiting<Item, Result>[] => {
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
  const fly = async (landed: () => void): Promise<void> => {
    let answer = (): void => undefined
    while (waiting.length) {
      const gatherMs = options.gatherMs?.(performance.now() - last.at < LATELY_MS ? last.size : 0) ?? 0
      if (gatherMs > 0) await new Promise((wake) => setTimeout(wake, gatherMs))
      const batch = take()
      const settling = settle(batch)
      // Answering takes this process as long as a statement takes the database: the statement is on its way first.
      setImmediate(answer)
      answer = await settling
      last.size = batch.length
      last.at = performance.now()
    }
    landed()
    answer()
  }
  const depart = (): void => {
    // Gone in the same turn in which it finds nobody waiting, or the next caller would wait for a flight that is over.
    const flight: Promise<void> = readable().then(() => fly(() => flights.delete(flight)))
    flights.add(flight)
  }
  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, since: performance.now(), resolve, reject })
        if (flights.size < mostFlights) depart()
      }),
    idle: async () => void (await Promise.all(flights)),
  }
}

/**
 * For `gatherMs`: where several come at a time more are about to come, and sharing a statement saves more than a moment costs. Whoever
 * comes alone waits for nobody.
 */
export const gatherWhileBusy = (lately: number): number => (lately > 1 ? 1 : 0)
