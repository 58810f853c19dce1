import type { Timer, Timers } from '#services/kernel/time/timers.js'

/** Timers whose time passes only when a test says so. */
export interface VirtualTimers extends Timers {
  /**
   * Lets time pass. Callbacks run in the order of their times, each at its own time. After each one, the real work that
   * it started (statements, requests) has a turn.
   */
  advance(milliseconds: number): Promise<void>
  /** Moves the clock without running what was due, like a machine that was suspended. What is due runs at the next advance. */
  skip(milliseconds: number): void
  /** Lets time pass, at most as fast as real time, until something is done. */
  until<Result>(work: Promise<Result>): Promise<Result>
  /** Number of timers that are set. */
  readonly pending: number
}

interface Entry extends Timer {
  readonly order: number
  readonly callback: () => void
  /** Milliseconds between two calls. Null: one call. */
  readonly every: number | null
  at: number
}

/** Number of turns of the event loop for what a callback started. Promises need one; more let sockets be read. */
const TURNS = 3

/**
 * Creates virtual timers. `setImmediate` is that of Node: it decides an order and takes no time.
 * @param start time in milliseconds since 1970
 */
export function createVirtualTimers(start = Date.UTC(2026, 0, 15, 10)): VirtualTimers {
  const entries = new Set<Entry>()
  let elapsed = 0
  let count = 0
  const add = (callback: () => void, milliseconds: number, every: number | null): Entry => {
    const entry: Entry = {
      order: count++,
      callback,
      every,
      // As Node does, so that an interval of 0 ends.
      at: elapsed + Math.max(1, Math.floor(milliseconds) || 0),
      unref: () => entry,
    }
    entries.add(entry)
    return entry
  }
  const clear = (timer: Timer | null | undefined): void => void entries.delete(timer as Entry)
  const nextUntil = (end: number): Entry | undefined =>
    [...entries].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at || a.order - b.order)[0]
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  const timers: VirtualTimers = {
    get pending() {
      return entries.size
    },
    now: () => start + elapsed,
    monotonic: () => elapsed,
    setTimeout: (callback, milliseconds) => add(callback, milliseconds, null),
    setInterval: (callback, milliseconds) => add(callback, milliseconds, Math.max(1, Math.floor(milliseconds))),
    setImmediate: (callback) => void setImmediate(callback),
    clearTimeout: clear,
    clearInterval: clear,
    delay: (milliseconds, { signal } = {}) =>
      new Promise((resolve, reject) => {
        const abort = (): void => {
          clear(timer)
          reject(signal!.reason as Error)
        }
        const timer = add(
          () => {
            signal?.removeEventListener('abort', abort)
            resolve()
          },
          milliseconds,
          null,
        )
        if (signal?.aborted) abort()
        else signal?.addEventListener('abort', abort, { once: true })
      }),
    timeoutSignal: (milliseconds) => {
      const controller = new AbortController()
      add(
        () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
        milliseconds,
        null,
      )
      return controller.signal
    },
    async advance(milliseconds) {
      const end = elapsed + milliseconds
      await turns()
      for (let entry = nextUntil(end); entry; entry = nextUntil(end)) {
        elapsed = Math.max(elapsed, entry.at)
        if (entry.every === null) entries.delete(entry)
        // An interval runs once for all times that were skipped.
        else entry.at = Math.max(entry.at + entry.every, elapsed + 1)
        entry.callback()
        await turns()
      }
      elapsed = end
    },
    skip(milliseconds) {
      elapsed += milliseconds
    },
    async until(work) {
      const state = { isDone: false }
      const end = (): void => {
        state.isDone = true
      }
      work.then(end, end)
      while (!state.isDone) {
        await new Promise((resolve) => setTimeout(resolve, 1))
        await timers.advance(1)
      }
      return work
    },
  }
  return timers
}
