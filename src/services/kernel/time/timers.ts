/** A timer that was set. */
export interface Timer {
  /** The process may end while the timer waits. */
  unref(): Timer
}

/**
 * Source of time and timers of one server. All code takes it from the context or as a parameter, so that a test or a simulation
 * can decide how time passes. The functions have the meaning of their namesakes in Node.
 *
 * This is the process's own clock, for timeouts, intervals and signatures. Business decisions use the business clock
 * (`context.clock`), and leases and presence the database's time (`context.machineClock`).
 */
export interface Timers {
  /** Milliseconds since 1970 by the process's own clock, which can be wrong and can be set back. */
  now(): number
  /** Milliseconds since an arbitrary moment. Never runs backward. For durations and deadlines within the process. */
  monotonic(): number
  setTimeout(callback: () => void, milliseconds: number): Timer
  setInterval(callback: () => void, milliseconds: number): Timer
  /** Calls back after the sockets were read once. */
  setImmediate(callback: () => void): void
  /** Also without effect for a timer that has ended, and for none. */
  clearTimeout(timer: Timer | null | undefined): void
  clearInterval(timer: Timer | null | undefined): void
  /** Resolves after a time. Rejects when the signal aborts. `ref: false`: the process may end during the wait. */
  delay(milliseconds: number, options?: DelayOptions): Promise<void>
  /** Signal that aborts after a time with a `TimeoutError`, for requests to other services. */
  timeoutSignal(milliseconds: number): AbortSignal
}

export interface DelayOptions {
  readonly signal?: AbortSignal
  readonly ref?: boolean
}
