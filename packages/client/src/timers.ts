/** Source of time for a client. Tests pass their own; without one the client uses that of the platform. */
export interface ClientTimers {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls back once after a number of milliseconds. */
  setTimeout(callback: () => void, milliseconds: number): unknown
  clearTimeout(timer: unknown): void
  /** A number from 0 to below 1, for jitter. Default: `Math.random`. */
  random?(): number
}

/** Timers of the platform: browser, Node, Deno or an edge runtime. */
export const platformTimers: ClientTimers = {
  now: () => Date.now(),
  setTimeout: (callback, milliseconds) => globalThis.setTimeout(callback, milliseconds),
  clearTimeout: (timer) => globalThis.clearTimeout(timer as number),
}

/**
 * Time before the next attempt: exponential, with full jitter.
 * @param attempt 0 for the first repetition
 */
export function backoff(timers: ClientTimers, attempt: number, baseMs: number, maxMs: number): number {
  return (timers.random?.() ?? Math.random()) * Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 30))
}

/** Resolves after a time. Rejects with the reason of the signal when that aborts. */
export function delay(timers: ClientTimers, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      timers.clearTimeout(timer)
      reject(signal!.reason as Error)
    }
    const timer = timers.setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, milliseconds)
    if (signal?.aborted) abort()
    else signal?.addEventListener('abort', abort, { once: true })
  })
}
