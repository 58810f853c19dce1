import { setTimeout as sleep } from 'node:timers/promises'
import type { WebhookFault } from '../faults/faults.js'
import { shuffled } from '../faults/random.js'

/** Milliseconds that an incomplete window waits for more after the last delivery. Long enough for a slow machine. */
const PATIENCE = 250

interface Mixture {
  fault: WebhookFault
  waiting: (() => void)[]
  timer: NodeJS.Timeout
}

/** Deliveries that are delayed or reordered. All others are sent before them. */
export class DelayedDeliveries {
  readonly #held = new Set<Promise<void>>()
  readonly #mixtures = new Map<string, Mixture>()
  readonly #closed = new AbortController()

  /** Lets a delivery go after some milliseconds of machine time. */
  hold(milliseconds: number, go: () => void): void {
    const held = sleep(milliseconds, undefined, { signal: this.#closed.signal })
      .then(go, () => undefined)
      .finally(() => this.#held.delete(held))
    this.#held.add(held)
  }

  /** Lets the deliveries to an endpoint go in another order, as soon as the fault's window is full or nothing more comes. */
  mix(endpoint: string, fault: WebhookFault, go: () => void): void {
    const mixture = this.#mixtures.get(endpoint) ?? { fault, waiting: [], timer: this.#later(endpoint) }
    this.#mixtures.set(endpoint, mixture)
    mixture.waiting.push(go)
    mixture.timer.refresh()
    if (mixture.waiting.length >= fault.window) this.#release(endpoint)
  }

  /** True if something is on a detour. */
  get isBusy(): boolean {
    return this.#held.size > 0 || this.#mixtures.size > 0
  }

  /** Sends all mixed deliveries now and waits for the delayed ones. */
  async finish(): Promise<void> {
    for (const endpoint of this.#mixtures.keys()) this.#release(endpoint)
    await Promise.all(this.#held)
  }

  /** Discards all delayed deliveries. */
  close(): void {
    this.#closed.abort()
    for (const { timer } of this.#mixtures.values()) clearTimeout(timer)
    this.#mixtures.clear()
  }

  #later(endpoint: string): NodeJS.Timeout {
    return setTimeout(() => this.#release(endpoint), PATIENCE).unref()
  }

  #release(endpoint: string): void {
    const mixture = this.#mixtures.get(endpoint)
    if (mixture === undefined) return
    this.#mixtures.delete(endpoint)
    clearTimeout(mixture.timer)
    for (const go of shuffled(mixture.waiting, mixture.fault.random)) go()
  }
}
