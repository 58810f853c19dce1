import { StackgateError } from './errors.js'
import { isTooLarge, type Http, type Operation, type Outcome } from './http.js'
import type { ClientTimers } from './timers.js'

/** Sizes of batches. */
export interface BatchOptions {
  /** Queries in one HTTP request, at most 10. Default: 10. */
  readonly max?: number | undefined
  /** Time in which queries are collected, in milliseconds. Default: 5. */
  readonly waitMs?: number | undefined
}

/** An operation that waits for its outcome. */
export interface Pending {
  readonly operation: Operation
  readonly token: string | null
  readonly account: string | undefined
  readonly signal: AbortSignal
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (reason: unknown) => void
}

/** Collects queries of a few milliseconds into one HTTP request. Each has its own outcome; mutations are sent alone and at once. */
export class Batcher {
  readonly #http: Http
  readonly #timers: ClientTimers
  #waiting: Pending[] = []
  #timer: unknown
  readonly #max: number
  readonly #waitMs: number

  constructor(http: Http, timers: ClientTimers, batch: BatchOptions | false | undefined) {
    this.#http = http
    this.#timers = timers
    this.#max = batch === false ? 1 : Math.max(1, Math.min(batch?.max ?? 10, 10))
    this.#waitMs = batch === false ? 0 : (batch?.waitMs ?? 5)
  }

  add(pending: Pending): void {
    if (this.#max === 1 || pending.operation.document.kind !== 'query') return void this.#send([pending])
    this.#waiting.push(pending)
    if (this.#timer === undefined) this.#timer = this.#timers.setTimeout(() => this.#flush(), this.#waitMs)
  }

  #flush(): void {
    this.#timer = undefined
    const groups = new Map<string, Pending[]>()
    for (const pending of this.#waiting.splice(0)) {
      if (pending.signal.aborted) continue
      const key = JSON.stringify([pending.token, pending.account])
      const group = groups.get(key) ?? []
      groups.set(key, [...group, pending])
    }
    for (const group of groups.values())
      for (let start = 0; start < group.length; start += this.#max)
        void this.#send(group.slice(start, start + this.#max))
  }

  async #send(group: readonly Pending[]): Promise<void> {
    const { token, account } = group[0]!
    const abort = new AbortController()
    // A response is unnecessary when none of the operations waits for it.
    const check = (): void => {
      if (group.every(({ signal }) => signal.aborted)) abort.abort(group[0]!.signal.reason)
    }
    for (const { signal } of group) signal.addEventListener('abort', check)
    check()
    try {
      const operations = group.map(({ operation }) => operation)
      const outcomes = await this.#http.send({ operations, token, account, signal: abort.signal })
      for (const [index, { resolve }] of group.entries()) resolve(outcomes[index]!)
    } catch (reason) {
      if (group.length > 1 && reason instanceof StackgateError && isTooLarge(reason))
        for (const pending of group) void this.#send([pending])
      else for (const { reject } of group) reject(reason)
    } finally {
      for (const { signal } of group) signal.removeEventListener('abort', check)
    }
  }
}
